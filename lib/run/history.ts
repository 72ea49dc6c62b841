/**
 * The histories of a run's loops: the loss of every step, fingerprints of the weights, the epochs.
 *
 * @module
 */

import { join } from "@std/path";
import { writeParts } from "../dataset/atomic_file.ts";
import { explaining } from "../dataset/explaining.ts";
import { decodeSafetensors, safetensorsParts } from "../dataset/safetensors.ts";
import { SavedState } from "../train/state.ts";
import type { TraceRecord } from "../train/trace.ts";
import { namesIn } from "./files.ts";

/** The ends of the epochs, one element each. */
export interface EpochColumns {
  /** Optimiser steps taken by then. */
  readonly step: Float64Array;
  readonly trainLoss: Float64Array;
  readonly validationLoss: Float64Array;
}

/** What a loop left. */
export interface History {
  /** Loops of the run that ended before it. */
  readonly position: number;
  readonly trace: TraceRecord;
  /** `null` where there are none. */
  readonly epochs: EpochColumns | null;
}

const FOLDER = "history";
const SUFFIX = ".safetensors";
const COLUMNS = ["step", "trainLoss", "validationLoss"] as const;

/**
 * Writes `history/<loop>.safetensors` in a run's folder.
 *
 * @throws {InputError} When it cannot be written.
 */
export async function writeHistory(
  folder: string,
  loop: string,
  { position, trace: { losses, groups, every, fingerprints }, epochs }: History,
): Promise<void> {
  const flat = <T extends { readonly length: number }>(data: T) => ({ shape: [data.length], data });
  const rows = groups.length === 0 ? 0 : fingerprints.length / groups.length;
  const parts = safetensorsParts({
    losses: flat(losses),
    fingerprints: { shape: [rows, groups.length], data: fingerprints },
    ...(epochs &&
      Object.fromEntries(COLUMNS.map((name) => [`epochs/${name}`, flat(epochs[name])]))),
  }, { groups: JSON.stringify(groups), every: `${every}`, position: `${position}` });
  await writeParts(join(folder, FOLDER, `${loop}${SUFFIX}`), parts);
}

/** Names of the loops whose histories are in a run's folder, sorted. */
export function historiesIn(folder: string, below = ""): string[] {
  const here = join(folder, FOLDER, below);
  const files = namesIn(here, ({ isFile, name }) => isFile && name.endsWith(SUFFIX))
    .map((name) => join(below, name.slice(0, -SUFFIX.length)));
  const folders = namesIn(here, ({ isDirectory }) => isDirectory);
  return [...files, ...folders.flatMap((name) => historiesIn(folder, join(below, name)))].sort();
}

/**
 * Reads the history of a loop.
 *
 * @throws {InputError} When it is missing or damaged.
 */
export async function readHistory(folder: string, loop: string): Promise<History> {
  const path = join(folder, FOLDER, `${loop}${SUFFIX}`);
  const { tensors, metadata } = await explaining(
    `read ${path}`,
    async () => decodeSafetensors(await Deno.readFile(path), path),
  );
  const saved = new SavedState(tensors, path);
  return {
    position: Number(metadata.get("position")),
    trace: {
      losses: saved.floats("losses"),
      groups: JSON.parse(metadata.get("groups") ?? "[]"),
      every: Number(metadata.get("every")),
      fingerprints: saved.array("fingerprints", Uint32Array),
    },
    epochs: tensors.has("epochs/step")
      ? Object.fromEntries(
        COLUMNS.map((name) => [name, saved.within("epochs").numbers(name)]),
      ) as unknown as EpochColumns
      : null,
  };
}
