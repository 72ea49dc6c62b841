/**
 * Compares two complete runs of an experiment from their files alone: nothing is run.
 *
 * @module
 */

import { join } from "@std/path";
import { readSafetensors, type ShapedArray } from "../../dataset/safetensors.ts";
import { InputError } from "../../numeric/errors.ts";
import { alteredFiles } from "../checksums.ts";
import type { ComparedParting, Comparison } from "./comparison.ts";
import { type Described, environmentDifferences, identityDifferences } from "./differences.ts";
import { readJson } from "../files.ts";
import { type History, readHistory } from "../history.ts";
import { licenceOf } from "./licence.ts";
import { type PairedHistories, pairedHistories, type Parting, partingOf } from "./parting.ts";
import { partingMeans } from "./text.ts";
import { manifestSchema, resultSchema } from "../schema.ts";

/** Two runs compared. */
export interface Compared {
  readonly comparison: Comparison;
  /** The histories behind it, in the order in which the loops ran. */
  readonly histories: readonly PairedHistories[];
}

interface Run extends Described {
  readonly directory: string;
}

/**
 * Compares the complete runs in two folders. Files that are damaged or missing are named in the document, and
 * the rest is compared.
 *
 * @throws {InputError} When a folder has no readable manifest and result, or the runs are of two experiments.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertRejects } from "@std/assert";
 *
 * const empty = await Deno.makeTempDir();
 * await assertRejects(() => compareRuns(empty, empty), InputError, "manifest.json is missing");
 * await Deno.remove(empty);
 * ```
 */
export async function compareRuns(a: string, b: string): Promise<Compared> {
  const [own, other] = [await openRun(a), await openRun(b)];
  const names = [own, other].map(({ result }) => result.experiment);
  if (names[0] !== names[1]) {
    throw new InputError(
      `Cannot compare ${a} with ${b}: the first is a run of ${names[0]}, the second of ${
        names[1]
      }. Only ` +
        `runs of one experiment have steps and weights in common; deno task list --json names them.`,
    );
  }
  const unread: string[] = [];
  const read = orLeftOut(unread);
  const histories = await pairedHistories(a, b, (...of) => read(() => readHistory(...of)));
  const loops: Comparison["loops"] = [];
  for (const pair of histories) loops.push(await comparedLoop(pair, own, other, read));
  const first = loops.find(({ parting }) => parting !== null);
  const digests = equalDigests(own, other);
  const complete = loops.every(({ steps }) => steps.a !== null && steps.b !== null);
  return {
    histories,
    comparison: {
      schema: "assay/comparison@1",
      experiment: own.result.experiment,
      same: Object.values(digests).every(Boolean) && first === undefined && complete,
      runs: { a: described(own), b: described(other) },
      licence: licenceOf(groundOf(own), groundOf(other)),
      identity: identityDifferences(own, other),
      environment: environmentDifferences(own, other),
      altered: { a: await alteredFiles(a), b: await alteredFiles(b) },
      digests,
      parting: first ? { ...first.parting!, loop: first.loop } : null,
      loops,
      metrics: metricDifferences(own, other),
      unread,
      bisection: null,
    },
  };
}

async function openRun(directory: string): Promise<Run> {
  const manifest = await readJson(join(directory, "manifest.json"), manifestSchema);
  const result = await readJson(join(directory, "result.json"), resultSchema);
  if (manifest && result) return { directory, manifest, result };
  throw new InputError(
    `Cannot compare ${directory}: ${
      manifest ? "result.json" : "manifest.json"
    } is missing, so it is ` +
      `another folder or its run did not finish. Give the folder of a complete run.`,
  );
}

type OrLeftOut = <T>(read: () => Promise<T>) => Promise<T | null>;

/** Reads what can be read; what cannot is told to `unread` and is `null`. */
function orLeftOut(unread: string[]): OrLeftOut {
  return async (read) => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      unread.push(error.message);
      return null;
    }
  };
}

function described({ directory, manifest, result }: Run): Comparison["runs"]["a"] {
  const { runId, profile, seed, contract } = result;
  const { startedAt, command } = manifest;
  return { runId, directory, profile, seed, contract, startedAt, command };
}

function groundOf({ manifest: { adapter, versions }, result: { contract } }: Run) {
  return { contract, adapter, versions };
}

function equalDigests({ result: a }: Run, { result: b }: Run): Comparison["digests"] {
  const equal = (name: "data" | "weights" | "history") => a.digests[name] === b.digests[name];
  return { data: equal("data"), weights: equal("weights"), history: equal("history") };
}

async function comparedLoop(
  { loop, a, b }: PairedHistories,
  { directory: inA, result }: Run,
  { directory: inB, result: other }: Run,
  read: OrLeftOut,
): Promise<Comparison["loops"][number]> {
  const parting = a && b && partingOf(a.trace, b.trace);
  const sameData = result.digests.data === other.digests.data;
  const weights = async (folder: string) => a && b && await read(() => readWeights(folder, loop));
  const [own, others] = [await weights(inA), await weights(inB)];
  const last = (history: History | null) => finite(history?.trace.losses.at(-1));
  return {
    loop,
    steps: { a: a?.trace.losses.length ?? null, b: b?.trace.losses.length ?? null },
    parting: parting && inNumbers(parting, sameData),
    lastLoss: { a: last(a), b: last(b) },
    weights: own && others ? weightDifferences(own, others) : [],
  };
}

function inNumbers(
  parting: Omit<Parting, "loop">,
  sameData: boolean,
): Omit<ComparedParting, "loop"> {
  const { groups, loss, steps } = parting;
  const difference = loss && Math.abs(loss.a - loss.b);
  return {
    ...parting,
    groups: [...groups],
    steps: { ...steps },
    loss: loss && {
      step: loss.step,
      a: finite(loss.a),
      b: finite(loss.b),
      difference: finite(difference),
      relative: finite(difference! / Math.max(Math.abs(loss.a), Math.abs(loss.b))),
    },
    means: partingMeans(parting, sameData),
  };
}

async function readWeights(
  folder: string,
  loop: string,
): Promise<ReadonlyMap<string, ShapedArray>> {
  return (await readSafetensors(join(folder, "model", `${loop}.safetensors`))).tensors;
}

/** How far the final weights are apart, by variable. Exported for tests. */
export function weightDifferences(
  a: ReadonlyMap<string, ShapedArray>,
  b: ReadonlyMap<string, ShapedArray>,
): Comparison["loops"][number]["weights"] {
  return [...new Set([...a.keys(), ...b.keys()])].sort().map((group) => {
    const [own, other] = [a.get(group), b.get(group)];
    const shapes = { a: own ? [...own.shape] : null, b: other ? [...other.shape] : null };
    if (!own || !other || own.shape.join() !== other.shape.join()) {
      return { group, shapes, differing: null, largest: null, relative: null };
    }
    let differing = 0, largest = 0, magnitude = 0;
    for (let i = 0; i < own.data.length; i++) {
      const [x, y] = [Number(own.data[i]), Number(other.data[i])];
      // The same NaN or infinity in both is no difference.
      if (!Object.is(x, y)) {
        differing++;
        largest = Math.max(largest, Math.abs(x - y));
      }
      magnitude = Math.max(magnitude, Math.abs(x), Math.abs(y));
    }
    const relative = largest === 0
      ? 0
      : Number.isFinite(magnitude)
      ? finite(largest / magnitude)
      : null;
    return { group, shapes, differing, largest: finite(largest), relative };
  });
}

function metricDifferences({ result: a }: Run, { result: b }: Run): Comparison["metrics"] {
  const value = (of: Readonly<Record<string, number>>, name: string) =>
    Object.hasOwn(of, name) ? of[name]! : null;
  // What is of the machine differs whenever it is measured.
  const ofMachine = (metric: string) => (a.units[metric] ?? b.units[metric])?.machine;
  return [...new Set([...Object.keys(a.metrics), ...Object.keys(b.metrics)])].sort()
    .filter((metric) => !ofMachine(metric))
    .map((metric) => {
      const [own, other] = [value(a.metrics, metric), value(b.metrics, metric)];
      return {
        metric,
        unit: (a.units[metric] ?? b.units[metric])?.unit ?? "",
        a: own,
        b: other,
        difference: own === null || other === null ? null : other - own,
      };
    });
}

function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}
