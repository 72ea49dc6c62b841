/**
 * The histories of a run's loops: loss and gradient norm of every step, fingerprints of the weights, the
 * epochs.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import { writeParts } from "../dataset/atomic_file.ts";
import { readSafetensors, safetensorsParts } from "../dataset/safetensors.ts";
import { InputError } from "../numeric/errors.ts";
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
const REMEDY = "It was damaged after it was written; run the experiment again with --rerun.";
const SUFFIX = ".safetensors";
const COLUMNS = ["step", "trainLoss", "validationLoss"] as const;

/** What the header says of a history; every value is text there. */
const metadataSchema = z.strictObject({
  groups: z.string().transform((text, check) => {
    try {
      return z.array(z.string()).parse(JSON.parse(text));
    } catch {
      check.addIssue("is not a list of names");
      return z.NEVER;
    }
  }),
  every: z.coerce.number().refine((every) => Number.isInteger(Math.log2(every)) && every >= 1),
  position: z.coerce.number().int().nonnegative(),
});

/**
 * Writes `history/<loop>.safetensors` in a run's folder.
 *
 * @throws {InputError} When it cannot be written.
 */
export async function writeHistory(
  folder: string,
  loop: string,
  { position, trace: { losses, gradientNorms, groups, every, fingerprints }, epochs }: History,
): Promise<void> {
  const flat = <T extends { readonly length: number }>(data: T) => ({ shape: [data.length], data });
  const rows = groups.length === 0 ? 0 : fingerprints.length / groups.length;
  const parts = safetensorsParts({
    losses: flat(losses),
    gradientNorms: flat(gradientNorms),
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
  const { tensors, metadata } = await readSafetensors(path);
  const parsed = metadataSchema.safeParse(Object.fromEntries(metadata));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `Cannot read ${path} as a history: ${issue!.path.join(".")}: ${issue!.message}. ${REMEDY}`,
    );
  }
  const { groups, every, position } = parsed.data;
  const width = tensors.get("fingerprints")?.shape.at(-1);
  if (width !== groups.length) {
    throw new InputError(
      `Cannot read ${path} as a history: it has fingerprints of ${width} variables and names ` +
        `${groups.length}. ${REMEDY}`,
    );
  }
  const saved = new SavedState(tensors, path);
  const losses = saved.floats("losses");
  return {
    position,
    trace: {
      losses,
      // Runs of before norms were kept are still compared.
      gradientNorms: tensors.has("gradientNorms")
        ? saved.floats("gradientNorms")
        : new Float32Array(losses.length).fill(NaN),
      groups,
      every,
      fingerprints: saved.array("fingerprints", Uint32Array),
    },
    epochs: tensors.has("epochs/step")
      ? Object.fromEntries(
        COLUMNS.map((name) => [name, saved.within("epochs").numbers(name)]),
      ) as unknown as EpochColumns
      : null,
  };
}
