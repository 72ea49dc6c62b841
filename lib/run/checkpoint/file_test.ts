import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { ShapedArray } from "../../dataset/safetensors.ts";
import { damagedFiles, joined } from "../../dataset/testing.ts";
import { InputError } from "../../numeric/errors.ts";
import { rootKey } from "../../random/key.ts";
import { readCheckpoint, type StoredCheckpoint, writeCheckpoint } from "./file.ts";

const at: StoredCheckpoint = {
  run: "0123456789ab",
  loop: "nested/walk",
  step: 7,
  finished: false,
  seconds: 1.25,
  events: 3,
  logged: 120,
  log: "ab".repeat(32),
};

const arrays = new Map<string, ShapedArray>([
  ["loop/weights", { shape: [2, 3], data: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 6) }],
  ["loop/position", { shape: [1], data: Float64Array.of(Math.PI) }],
  ["trace/fingerprints", { shape: [4], data: Uint32Array.of(1, 2, 3, 2 ** 32 - 1) }],
  ["trace/losses", { shape: [0], data: new Float32Array(0) }],
]);

/** Runs `action` with the path of a checkpoint. */
async function withCheckpoint(
  action: (path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "checkpoint-nested+walk-000000007.safetensors");
  await writeCheckpoint(path, at, arrays);
  await action(path, await Deno.readFile(path));
  await Deno.remove(folder, { recursive: true });
}

Deno.test("`readCheckpoint()` gives back what `writeCheckpoint()` was given, to the bit", () =>
  withCheckpoint(async (path) => {
    const read = await readCheckpoint(path);
    assertEquals(read.at, at);
    const { state } = read;
    const weights = state.within("loop").floats("weights");
    assertEquals(new Uint32Array(weights.slice().buffer), bitsOf(arrays.get("loop/weights")!));
    assertEquals(state.within("loop").number("position"), Math.PI);
    assertEquals(state.within("trace").array("fingerprints", Uint32Array).length, 4);
    assertEquals(state.within("trace").floats("losses").length, 0);
  }));

Deno.test("`writeCheckpoint()` writes the same bytes for the same moment", () =>
  withCheckpoint(async (path, bytes) => {
    await writeCheckpoint(path, at, new Map([...arrays].reverse()));
    assertEquals(await Deno.readFile(path), bytes);
  }));

const bitsOf = ({ data }: ShapedArray) => new Uint32Array((data as Float32Array).slice().buffer);

Deno.test("`readCheckpoint()` refuses every flip of a bit", () =>
  withCheckpoint(async (path, bytes) => {
    for (let byte = 0; byte < bytes.length; byte++) {
      bytes[byte]! ^= 1 << byte % 8;
      await Deno.writeFile(path, bytes);
      await assertRejects(() => readCheckpoint(path), InputError, "", `byte ${byte}`);
      bytes[byte]! ^= 1 << byte % 8;
    }
  }));

Deno.test("`readCheckpoint()` refuses a file that is missing, a folder, or of another kind", () =>
  withCheckpoint(async (path, bytes) => {
    const refuses = (says: string) => assertRejects(() => readCheckpoint(path), InputError, says);
    const header = (text: string) => {
      const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
      return joined(length, new TextEncoder().encode(text));
    };
    await Deno.writeFile(path, header("{}"));
    await refuses("it is not a checkpoint of this version (schema:");
    // The digest is there, but not where it was written.
    const text = new TextDecoder("latin1").decode(
      bytes.subarray(8, 8 + bytes[0]! + 256 * bytes[1]!),
    );
    const spaced = text.replace('"digest":"', '"digest": "');
    const { length } = header(text);
    await Deno.writeFile(path, joined(header(spaced), bytes.subarray(length)));
    await refuses("its bits are not those that were written");
    new DataView(bytes.buffer).setBigUint64(0, 1n << 60n, true);
    await Deno.writeFile(path, bytes);
    await refuses("1152921504606846976 bytes");
    await Deno.remove(path);
    await refuses("Cannot read");
    await Deno.mkdir(path);
    await refuses("Cannot read");
  }));

Deno.test("`readCheckpoint()` refuses 1,000 damaged files or reads what was written", () =>
  withCheckpoint(async (path, bytes) => {
    let same = 0;
    for (const file of damagedFiles(bytes, rootKey(1), 1000)) {
      await Deno.writeFile(path, file);
      try {
        const read = await readCheckpoint(path);
        same++;
        assertEquals(file, bytes);
        assertEquals(read.at, at);
      } catch (error) {
        assert(error instanceof InputError, String((error as Error).stack));
        assert(error.message.length < 1000, error.message);
      }
    }
    // What is left the same: offsets swapped with themselves and the like.
    assert(same < 100, `${same} unchanged`);
  }));
