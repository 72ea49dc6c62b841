/**
 * A history as JSON: one list for each thing that was logged. A partial one is the same, only shorter.
 *
 * @module
 */

import { canonicalJson, InputError, z } from "assay";
import type { Checkpoint, Step } from "./history.ts";

const share = z.number().min(0).max(1);

/** Lists that every sequence has, by the field of a step. */
const STEP_LISTS = {
  epoch: ["epochs", z.number().min(0)],
  mqe: ["mqe", z.number().min(0)],
  topographicError: ["topographic_error", share],
  deadNeuronRatio: ["dead_neuron_ratio", share],
} as const satisfies Readonly<Record<keyof Step, readonly [string, z.ZodType<number>]>>;

/** Lists that a training of ours logs too; a sequence has all of them or none. */
const CHECKPOINT_LISTS = {
  progress: ["progress", share],
  learningRate: ["learning_rate", z.number().positive()],
  radius: ["radius", z.number().positive()],
  updates: ["updates", z.number().min(0)],
} as const satisfies Readonly<
  Record<Exclude<keyof Checkpoint, keyof Step>, readonly [string, z.ZodType<number>]>
>;

const STEP_COLUMNS = Object.entries(STEP_LISTS), MORE_COLUMNS = Object.entries(CHECKPOINT_LISTS);

const schema = z.object({
  ...Object.fromEntries(STEP_COLUMNS.map(([_, [name, kind]]) => [name, z.array(kind)])),
  ...Object.fromEntries(MORE_COLUMNS.map(([_, [name, kind]]) => [name, z.array(kind).optional()])),
  num_checkpoints: z.int().optional(),
});

/** Names of the lists that predictors can read. */
export const SEQUENCE_FEATURES = [
  "mqe",
  "topographic_error",
  "dead_neuron_ratio",
  "progress",
  "learning_rate",
  "radius",
] as const;

/**
 * Whether steps say what time and schedules were.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(!areCheckpoints([{ epoch: 10, mqe: 0.5, topographicError: 0.25, deadNeuronRatio: 0 }]));
 * ```
 */
export function areCheckpoints(history: readonly Step[]): history is readonly Checkpoint[] {
  return history.every((step) => "progress" in step);
}

/**
 * A history as a JSON document: `epochs`, `mqe`, `topographic_error`, `dead_neuron_ratio`,
 * `num_checkpoints` and, of our own trainings, `progress`, `learning_rate`, `radius` and `updates`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const history = [{ epoch: 10, mqe: 0.5, topographicError: 0.25, deadNeuronRatio: 0 }];
 * const text = sequenceText(history);
 * assertEquals(JSON.parse(text).num_checkpoints, 1);
 * assertEquals(parseSequence(text, "a.json"), history);
 * ```
 */
export function sequenceText(history: readonly Step[]): string {
  const columns = areCheckpoints(history) ? [...STEP_COLUMNS, ...MORE_COLUMNS] : STEP_COLUMNS;
  return canonicalJson({
    ...Object.fromEntries(
      columns.map(([field, [name]]) => [name, history.map((step) => step[field as keyof Step])]),
    ),
    num_checkpoints: history.length,
  });
}

/**
 * Reads a history, whole or partial, from its JSON.
 *
 * @param source Where the text stands, for messages.
 * @returns At least one step; with time and schedules if the document has them, see {@linkcode areCheckpoints}.
 * @throws {InputError} When it is no JSON, lacks a list, holds what is no number or out of bounds (NaN, a
 * ratio above 1), lists differ in length or epochs go back.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertThrows } from "@std/assert";
 *
 * const text = '{"epochs":[10,50],"mqe":[0.5],"topographic_error":[0,0],"dead_neuron_ratio":[0,0]}';
 * assertThrows(() => parseSequence(text, "a.json"), InputError, "mqe has 1");
 * ```
 */
export function parseSequence(text: string, source: string): Step[] {
  const refuse = (found: string): never => {
    throw new InputError(
      `Cannot read ${source} as a history of training: ${found}. It is a JSON object of lists of equal ` +
        `length: epochs, mqe, topographic_error and dead_neuron_ratio, and, all or none, progress, ` +
        `learning_rate, radius and updates.`,
    );
  };
  const { data, error } = schema.safeParse(parseJson(text, refuse));
  if (data === undefined) {
    return refuse(
      error.issues.map(({ path, message }) => `${place(path)}: ${message}`).join("; "),
    );
  }
  const lists = data as Readonly<Record<string, number[] | undefined>>;
  const more = MORE_COLUMNS.filter(([_, [name]]) => lists[name] !== undefined);
  if (more.length > 0 && more.length < MORE_COLUMNS.length) {
    refuse(`of the last four it has only ${more.map(([_, [name]]) => name).join(", ")}`);
  }
  const columns = [...STEP_COLUMNS, ...more];
  const steps = lists["epochs"]!.length;
  if (steps === 0) refuse("its lists are empty");
  for (const [_, [name]] of columns) {
    const { length } = lists[name]!;
    if (length !== steps) refuse(`epochs has ${steps} values, but ${name} has ${length}`);
  }
  const said = data.num_checkpoints;
  if (said !== undefined && said !== steps) {
    refuse(`num_checkpoints is ${said}, but epochs has ${steps} values`);
  }
  const back = lists["epochs"]!.findIndex((epoch, i, all) => epoch < (all[i - 1] ?? 0));
  if (back >= 0) refuse(`epochs goes back at its value ${back + 1}`);
  return Array.from({ length: steps }, (_, i) =>
    Object.fromEntries(
      columns.map(([field, [name]]) => [field, lists[name]![i]!]),
    ) as unknown as Step);
}

function parseJson(text: string, refuse: (found: string) => never): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(
      `it is no JSON (${(error as Error).message}${
        /\b(NaN|Infinity)\b/.test(text) ? "; NaN and Infinity are none" : ""
      })`,
    );
  }
}

/** A place in a document: `mqe[3]`. */
function place(path: readonly PropertyKey[]): string {
  return path.map((each) => typeof each === "number" ? `[${each}]` : String(each)).join("") || "it";
}
