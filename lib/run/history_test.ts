import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { safetensorsParts, type ShapedArray } from "../dataset/safetensors.ts";
import { writeParts } from "../dataset/atomic_file.ts";
import { InputError } from "../numeric/errors.ts";
import { historiesIn, type History, readHistory, writeHistory } from "./history.ts";

const epochs = {
  step: Float64Array.of(2, 3),
  trainLoss: Float64Array.of(0.5, 0.25),
  validationLoss: Float64Array.of(1 / 3, NaN),
};
const history: History = {
  position: 1,
  trace: {
    losses: Float32Array.of(3, NaN, 0.1),
    gradientNorms: Float32Array.of(7, NaN, NaN),
    groups: ["dense/kernel", 'a "name"'],
    every: 2,
    fingerprints: Uint32Array.of(1, 2, 2 ** 32 - 1, 4),
  },
  epochs,
};

async function withFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await action(folder);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("`readHistory()` gives back what `writeHistory()` was given; `historiesIn()` finds it", () =>
  withFolder(async (folder) => {
    assertEquals(historiesIn(folder), []);
    const bare = {
      position: 0,
      trace: {
        losses: new Float32Array(0),
        gradientNorms: new Float32Array(0),
        groups: [],
        every: 1,
        fingerprints: new Uint32Array(0),
      },
      epochs: null,
    };
    await writeHistory(folder, "nested/b", history);
    await writeHistory(folder, "a", bare);
    assertEquals(historiesIn(folder), ["a", "nested/b"]);
    assertEquals(await readHistory(folder, "nested/b"), history);
    assertEquals(await readHistory(folder, "a"), bare);
  }));

Deno.test("`readHistory()` refuses what is missing, damaged or makes no sense", () =>
  withFolder(async (folder) => {
    const refuses = (says: string) =>
      assertRejects(() => readHistory(folder, "a"), InputError, says);
    const path = join(folder, "history", "a.safetensors");
    await refuses("Cannot read");
    const good = { groups: '["w"]', every: "1", position: "0" };
    const write = (metadata: Record<string, string>, arrays: Record<string, ShapedArray> = {}) =>
      writeParts(
        path,
        safetensorsParts({
          losses: { shape: [1], data: Float32Array.of(1) },
          fingerprints: { shape: [2, 1], data: Uint32Array.of(1, 2) },
          ...arrays,
        }, metadata),
      );
    await write(good);
    assertEquals((await readHistory(folder, "a")).trace.groups, ["w"]);
    for (const every of ["0", "-1", "3", "NaN", "", "1e999"]) {
      await write({ ...good, every });
      await refuses("as a history: every:");
    }
    for (const groups of ["[", "{}", "[1]", ""]) {
      await write({ ...good, groups });
      await refuses("as a history: groups: is not a list of names");
    }
    await write({ ...good, groups: "[]" });
    await refuses("fingerprints of 1 variables and names 0");
    await write({ ...good, position: "1.5" });
    await refuses("as a history: position:");
    await write(good, { losses: { shape: [1], data: Float64Array.of(1) } });
    await refuses('"losses" is a Float64Array');
    await Deno.truncate(path, 30);
    await refuses("as safetensors");
  }));
