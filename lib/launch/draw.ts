/**
 * Cells drawn at random from the values and ranges of a sweep's keys. Each draw has a key of its own, by the
 * cell's place and the name of what it sets, so the same command gives the same cells, a larger count begins
 * with those of a smaller one, and the order in which keys were given changes nothing.
 *
 * @module
 */

import { numberKind } from "../experiment/config.ts";
import type { Experiment } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { exp, log } from "../numeric/elementary.ts";
import { InputError } from "../numeric/errors.ts";
import { uniform } from "../random/distributions.ts";
import { type Key, rootKey } from "../random/key.ts";
import { type AxisText, axisText, combinations, keyOf, refuseUnfitKeys } from "./axis_text.ts";
import {
  type Axis,
  CellMaker,
  type CellsRequest,
  type Grid,
  type GridCell,
  type Range,
} from "./cells.ts";
import { gridOf } from "./grid.ts";

/** A range this many times as high as it is low is drawn by its logarithm. */
const DECADE = 10;
/** Significant digits of a real number that is drawn: enough to tell, few enough to type. */
const DIGITS = 4;
/** Draws for one cell before there is taken to be no other. */
const TRIES = 10_000;

/** What is drawn. */
export interface DrawRequest extends CellsRequest {
  /** How many cells. */
  readonly count: number;
  /** Of the draws. */
  readonly seed: number;
}

/**
 * Draws cells that differ from each other: of a list each value with the same probability; of a range any number,
 * by its logarithm where the range spans a decade or more, reals to four significant digits. As many cells as
 * there are combinations of lists are the grid itself.
 *
 * @throws {InputError} As {@linkcode gridOf}, and when a range is none, its key takes no numbers, or there are
 * not so many cells.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { experiment, z } from "../../mod.ts";
 *
 * const demo = experiment({
 *   name: "demo",
 *   title: "Demo",
 *   config: z.object({ rate: z.number().default(1), units: z.number().int().default(8) }),
 *   profiles: { quick: {}, full: {} },
 *   seeds: { quick: 1, full: 1 },
 *   targets: [],
 *   claims: [],
 *   run: () => Promise.resolve({ metrics: {} }),
 * });
 * const request = { profile: "quick", set: [], folder: "/", count: 10, seed: 1 };
 * const grid = ["rate=1e-4..1e-2", "units=16..128"];
 * const { axes, cells } = await drawCells(demo, { ...request, grid });
 * assertEquals(axes.map(({ range }) => range?.scale), ["log", "linear"]);
 * assert(cells.every(({ config }) => Number.isInteger(config.units)));
 * ```
 */
export async function drawCells(experiment: Experiment, request: DrawRequest): Promise<Grid> {
  const { count, seed, set } = request;
  const texts = request.grid.map((text) => axisText(text));
  const fixed = set.map(keyOf);
  refuseUnfitKeys(experiment, texts, Object.fromEntries(fixed.map((key) => [key, "--set"])));
  const most = combinations(texts);
  if (count > most) {
    throw new InputError(
      `Cannot draw ${count} cells of experiment "${experiment.name}": its --grid has ${most}. Ask for at ` +
        `most so many, or give more values or a range.`,
    );
  }
  if (count === most) return await gridOf(experiment, { ...request, many: true });
  await refuseEnds(experiment, request, texts);
  const drawers = texts.map((text) => drawerOf(experiment, text));
  const maker = new CellMaker(experiment, request, texts.map(({ key }) => key));
  const cells: GridCell[] = [];
  const seen = new Set<string>();
  for (let place = 0; place < count; place++) {
    const cell = await fresh(rootKey(seed).key("cells").at(place));
    if (cell === null) {
      throw new InputError(
        `Cannot draw ${count} cells of experiment "${experiment.name}": after the first ${place}, ${TRIES} ` +
          `draws gave no other. Ask for fewer, or give more values or wider ranges.`,
      );
    }
    cells.push(cell);
  }
  const axes = drawers.map(({ key, range }): Axis => ({
    key,
    values: valuesOf(cells.map(({ values }) => values[key])),
    ...(range === null ? {} : { range }),
  }));
  return { axes, set: await maker.fixed(fixed), cells, drawn: seed };

  async function fresh(key: Key): Promise<GridCell | null> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const own = key.at(attempt);
      const chosen = drawers.map((drawer) => `${drawer.key}=${drawer.draw(own.key(drawer.key))}`);
      const text = JSON.stringify(chosen);
      if (seen.has(text)) continue;
      seen.add(text);
      const { cell, same } = await maker.make(chosen);
      if (same === null) return cell;
    }
    return null;
  }
}

/** How the value of a key is drawn. */
interface Drawer {
  readonly key: string;
  readonly range: Range | null;
  /** The text of a value. */
  draw(key: Key): string;
}

function drawerOf(experiment: Experiment, { key, values, range: ends }: AxisText): Drawer {
  if (ends === null) {
    return { key, range: null, draw: (own) => values[Math.floor(unit(own) * values.length)]! };
  }
  const [low, high] = [Number(ends.low), Number(ends.high)];
  const kind = numberKind(experiment.config, key);
  const reason = kind === null
    ? `it takes no numbers`
    : !(low < high && high - low < Infinity)
    ? `the range has no numbers`
    : kind === "integer" && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))
    ? `its values are integers, and the ends are not`
    : null;
  if (reason !== null) {
    throw new InputError(
      `Cannot draw ${key} of experiment "${experiment.name}" from ${ends.low}..${ends.high}: ${reason}. ` +
        `A range is LOW..HIGH with numbers that the key takes, such as learningRate=1e-4..1e-2; values of ` +
        `all kinds are listed, such as --grid ${key}=a,b,c.`,
    );
  }
  const scale = low > 0 && high >= DECADE * low ? "log" : "linear";
  const range = { low, high, scale } as const;
  return { key, range, draw: (own) => String(numberIn(range, unit(own), kind === "integer")) };
}

/** The number at a share `u` of a range, from 0 to 1. */
function numberIn({ low, high, scale }: Range, u: number, whole: boolean): number {
  // So that both ends are as probable as any other integer.
  const margin = whole ? 0.5 : 0;
  const [from, to] = [low - margin, high + margin];
  const drawn = scale === "log"
    ? exp(log(from) + (log(to) - log(from)) * u)
    : from + (to - from) * u;
  const number = whole ? Math.round(drawn) : Number(drawn.toPrecision(DIGITS));
  // Adding 0 makes 0 of -0.
  return Math.min(Math.max(number, low), high) + 0;
}

function unit(key: Key): number {
  return uniform(key, 1)[0]!;
}

/** What a draw may hit only now and then is refused at once: ends that the schema does not take. */
async function refuseEnds(
  experiment: Experiment,
  request: CellsRequest,
  axes: readonly AxisText[],
): Promise<void> {
  for (const { key, range } of axes) {
    for (const end of range === null ? [] : [range.low, range.high]) {
      await new CellMaker(experiment, request, [key]).make([`${key}=${end}`]);
    }
  }
}

/** The values of a key that cells have: numbers ascending, others by their text. */
function valuesOf(all: readonly unknown[]): unknown[] {
  const byText = new Map(all.map((value) => [canonicalJson(value), value]));
  return [...byText].sort(([a, x], [b, y]) =>
    typeof x === "number" && typeof y === "number" ? x - y : a < b ? -1 : 1
  ).map(([, value]) => value);
}
