import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { z } from "zod";
import { InputError } from "../numeric/errors.ts";
import { explaining } from "../dataset/explaining.ts";
import { readJson, writeJson, writeWhole } from "./files.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("`writeWhole()` makes folders, replaces a file and leaves nothing else", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a", "b.txt");
  await writeWhole(path, "one");
  await writeWhole(path, new TextEncoder().encode("two"));
  assertEquals(await Deno.readTextFile(path), "two");
  assertEquals(names(join(folder, "a")), ["b.txt"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`writeWhole()` says what to do when a part of the path is a file", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "a"), "");
  const error = await assertRejects(() => writeWhole(join(folder, "a", "b.txt"), ""), InputError);
  assertStringIncludes(error.message, "is a file, not a folder");
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "`writeWhole()` names the command that grants another folder",
  permissions: { read: true, write: false },
  fn: async () => {
    const error = await assertRejects(() => writeWhole("/nowhere/a.json", ""), InputError);
    assertStringIncludes(error.message, "--allow-write=DIR");
  },
});

Deno.test("`explaining()` says that a disk is full and passes other errors on", async () => {
  const noSpace = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  const full = await assertRejects(
    () => explaining("write x", () => Promise.reject(noSpace)),
    InputError,
  );
  assertStringIncludes(full.message, "Cannot write x: the disk is full");
  const mine = () => Promise.reject(new TypeError("mine"));
  await assertRejects(() => explaining("fail", mine), TypeError, "mine");
});

Deno.test("`readJson()` returns null for no file and says what is wrong with a bad one", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.json");
  const schema = z.strictObject({ n: z.number() });
  assertEquals(await readJson(path, schema), null);
  await writeJson(path, { n: 1 });
  assertEquals(await readJson(path, schema), { n: 1 });
  await Deno.writeTextFile(path, '{"n":');
  await assertRejects(() => readJson(path, schema), InputError, "it is not JSON");
  await Deno.writeTextFile(path, '{"n":"1"}');
  await assertRejects(() => readJson(path, schema), InputError, "n: Invalid input");
  await Deno.remove(folder, { recursive: true });
});
