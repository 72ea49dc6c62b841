/**
 * A checkpoint as a file: safetensors, with a digest in its header that covers every bit of it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { writeParts } from "../../dataset/atomic_file.ts";
import { readSafetensors, safetensorsParts, type ShapedArray } from "../../dataset/safetensors.ts";
import { InputError } from "../../numeric/errors.ts";
import type { Checkpoint } from "../../train/loop.ts";
import { SavedState } from "../../train/state.ts";
import type { LogMoment } from "../events.ts";

const SCHEMA = "assay/checkpoint@1";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** What the header says of a saved moment; every value is text there. */
const metadataSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  /** Id of the run. */
  run: z.string(),
  loop: z.string(),
  step: z.coerce.number().int().nonnegative(),
  finished: z.enum(["true", "false"]).transform((text) => text === "true"),
  seconds: z.coerce.number(),
  /** The run's log of that moment, as {@linkcode LogMoment} has it. */
  events: z.coerce.number().int().nonnegative(),
  logged: z.coerce.number().int().nonnegative(),
  log: hex64,
  /** SHA-256 of the file with zeros in this place. */
  digest: hex64,
});

/** A saved moment of one loop of one run. */
export interface StoredCheckpoint extends Checkpoint, LogMoment {
  readonly run: string;
  readonly loop: string;
}

/**
 * Writes a checkpoint, whole or not at all.
 *
 * @throws {InputError} When it cannot be written.
 */
export async function writeCheckpoint(
  path: string,
  { run, loop, step, finished, seconds, events, logged, log }: StoredCheckpoint,
  arrays: ReadonlyMap<string, ShapedArray>,
): Promise<void> {
  const blank = "0".repeat(64);
  const parts = safetensorsParts(Object.fromEntries(arrays), {
    schema: SCHEMA,
    run,
    loop,
    step: `${step}`,
    finished: `${finished}`,
    seconds: `${seconds}`,
    events: `${events}`,
    logged: `${logged}`,
    log,
    digest: blank,
  });
  const digest = digestOf(parts);
  if (!placeDigest(parts[0]!, blank, digest)) throw new Error("internal: no place for a digest");
  await writeParts(path, parts);
}

/**
 * Reads a checkpoint.
 *
 * @throws {InputError} When the file is damaged in any bit, or is something else.
 */
export async function readCheckpoint(
  path: string,
): Promise<{ readonly at: StoredCheckpoint; readonly state: SavedState }> {
  const { bytes, tensors, metadata } = await readSafetensors(path);
  const parsed = metadataSchema.safeParse(Object.fromEntries(metadata));
  if (!parsed.success) {
    throw new InputError(
      `Cannot go on from ${path}: it is not a checkpoint of this version ` +
        `(${parsed.error.issues[0]!.path.join(".")}: ${parsed.error.issues[0]!.message}).`,
    );
  }
  const { schema: _, digest, ...at } = parsed.data;
  const inPlace = placeDigest(bytes, digest, "0".repeat(64));
  if (!inPlace || digestOf([bytes]) !== digest) {
    throw new InputError(
      `Cannot go on from ${path}: its bits are not those that were written.`,
    );
  }
  return { at, state: new SavedState(tensors, path) };
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Puts one digest in the place of another, in the header at the start of `bytes`; false where it is not there. */
function placeDigest(bytes: Uint8Array, from: string, to: string): boolean {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, 8 + length));
  const before = '"digest":"';
  const at = header.indexOf(before + from);
  if (at >= 0) bytes.set(new TextEncoder().encode(to), at + before.length);
  return at >= 0;
}
