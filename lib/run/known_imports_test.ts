import { assertEquals } from "@std/assert";
import { KnownImports } from "./known_imports.ts";

Deno.test("`KnownImports` reads a source once, and again for another reader or where the file is damaged", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/imports.json`;
  const read: string[] = [];
  const ask = async (reader: string, ...digests: string[]) => {
    const known = await KnownImports.open(path, reader);
    for (const digest of digests) {
      assertEquals(known.of(digest, () => (read.push(digest), [`./${digest}.ts`])), [
        `./${digest}.ts`,
      ]);
    }
    await known.save();
    return read.splice(0);
  };
  assertEquals(await ask("one", "a", "b", "a"), ["a", "b"]);
  assertEquals(await ask("one", "b", "c"), ["c"]);
  assertEquals(await ask("one", "c", "a"), ["a"]);
  assertEquals(await ask("two", "a"), ["a"]);
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace("./a.ts", "./x.ts"));
  assertEquals(await ask("two", "a"), ["a"]);
  await Deno.writeTextFile(path, "{");
  assertEquals(await ask("two", "a"), ["a"]);
  await Deno.remove(folder, { recursive: true });
});
