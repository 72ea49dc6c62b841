import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cached } from "./cache.ts";

const made = () => ({
  x: Float32Array.of(1, NaN, -0),
  n: Int32Array.of(7),
  none: new Uint8Array(0),
});

/** A cache in a new folder with a count of what was made and noted. */
async function cache() {
  const folder = `${await Deno.makeTempDir()}/deep/cache`;
  const seen = { produced: 0, notes: [] as string[], folder };
  const get = (parts: unknown) =>
    cached(parts, () => {
      seen.produced++;
      return made();
    }, { folder, note: (text) => seen.notes.push(text) });
  return { seen, get };
}

async function onlyFile(folder: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assertEquals(names.length, 1, names.join());
  return `${folder}/${names[0]}`;
}

Deno.test("`cached()` makes once and gives the same bits from the file", async () => {
  const { seen, get } = await cache();
  const key = { generator: "trace@1", rows: 3, noise: 0.5 };
  assertEquals(await get(key), made());
  const again = await get({ noise: 0.5, rows: 3, generator: "trace@1" });
  assertEquals(again, made());
  assertEquals(Object.is(again.x[2], -0), true);
  assertEquals([seen.produced, seen.notes], [1, []]);
  assertStringIncludes(await onlyFile(seen.folder), ".safetensors");
});

Deno.test("`cached()` makes anew for any other key", async () => {
  const { seen, get } = await cache();
  for (const key of [{ n: 1 }, { n: 2 }, { m: 1 }, [1], "1"]) await get(key);
  assertEquals(seen.produced, 5);
});

Deno.test("`cached()` discards a damaged file with a note, and mends it", async () => {
  const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => bytes.fill(bytes.at(-1)! ^ 1, -1), // one bit of the data
    (bytes) => bytes.subarray(0, -1),
    (bytes) => bytes.subarray(0, 0),
    (bytes) => bytes.fill(0),
  ];
  for (const damage of damages) {
    const { seen, get } = await cache();
    await get(1);
    const path = await onlyFile(seen.folder);
    await Deno.writeFile(path, damage(await Deno.readFile(path)));
    assertEquals(await get(1), made());
    assertEquals([seen.produced, seen.notes.length], [2, 1]);
    assertStringIncludes(seen.notes[0]!, path);
    assertStringIncludes(seen.notes[0]!, "made anew");
    await get(1);
    assertEquals(seen.produced, 2);
  }
});

Deno.test("`cached()` does not take a file of another key under its name", async () => {
  const { seen, get } = await cache();
  await get(1);
  const path = await onlyFile(seen.folder);
  await get(2);
  for await (const { name } of Deno.readDir(seen.folder)) {
    await Deno.copyFile(path, `${seen.folder}/${name}`).catch(() => {});
  }
  await get(2);
  assertEquals([seen.produced, seen.notes.length], [3, 1]);
});

Deno.test("`cached()` works without a cache where none can be written or read", async () => {
  const file = await Deno.makeTempFile();
  for (const folder of [`${file}/below`, "/proc/assay-cache"]) {
    const notes: string[] = [];
    const get = () => cached(1, made, { folder, note: (text) => notes.push(text) });
    assertEquals(await get(), made());
    assertEquals(await get(), made());
    assertNotEquals(notes.length, 0);
    assertStringIncludes(notes.join(), "result is not affected");
  }
  await Deno.remove(file);
});

Deno.test("`cached()` passes on what `produce` throws and refuses a key that is not JSON", async () => {
  const { seen } = await cache();
  const fail = () => {
    throw new RangeError("no such noise");
  };
  await assertRejects(() => cached(1, fail, { folder: seen.folder }), RangeError, "no such noise");
  await assertRejects(() => cached(NaN, made, { folder: seen.folder }), TypeError, "NaN");
});
