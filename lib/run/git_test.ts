import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import git from "isomorphic-git";
import fs from "node:fs";
import { checkedOut } from "./git.ts";

Deno.test("`checkedOut()` names the commit, and whether what runs differs from it", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(join(dir, "sub"));
  const write = (name: string, text: string) => Deno.writeTextFile(join(dir, name), text);
  assertEquals(await checkedOut(dir, []), null, "outside a checkout");

  await git.init({ fs, dir });
  assertEquals(await checkedOut(dir, []), null, "before the first commit");

  await write("a.ts", "one");
  await write("sub/b.ts", "two");
  await git.add({ fs, dir, filepath: ["a.ts", "sub/b.ts"] });
  const author = { name: "test", email: "test@example.org" };
  const commit = await git.commit({ fs, dir, message: "first", author });
  assertEquals(await checkedOut(dir, ["a.ts", "sub/b.ts"]), { commit, dirty: false });
  assertEquals(await checkedOut(join(dir, "sub"), ["b.ts"]), { commit, dirty: false });

  await write("a.ts", "changed");
  assertEquals((await checkedOut(dir, ["a.ts"]))?.dirty, true);
  assertEquals(
    (await checkedOut(dir, ["sub/b.ts"]))?.dirty,
    false,
    "what does not run does not count",
  );
  await write("new.ts", "three");
  assertEquals((await checkedOut(dir, ["new.ts"]))?.dirty, true, "a file that is not committed");
  await Deno.remove(join(dir, "a.ts"));
  await Deno.mkdir(join(dir, "a.ts"));
  await write("a.ts/b.ts", "four");
  assertEquals((await checkedOut(dir, ["a.ts/b.ts"]))?.dirty, true, "a folder where a file was");
  await Deno.remove(dir, { recursive: true });
});
