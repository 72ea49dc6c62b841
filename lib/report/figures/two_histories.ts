/**
 * Two histories of the same loops: their losses, and how far these are apart.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { count } from "../format.ts";
import { tones } from "../theme.ts";
import { $schema, extent, rounded } from "./figure.ts";

/** The losses of one loop in two runs. */
export interface TwoHistories {
  readonly loop: string;
  /** Loss of each step; NaN where it has none. */
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  /** The step at which they part; `null` when they do not. */
  readonly parting: number | null;
}

/** Panels of a figure at most. */
const mostLoops = 6;
/** Points of a figure at most, over all its panels. */
const mostPoints = 800;

const runs = ["A", "B"];
const runTones = [tones.blue.light, tones.vermilion.light];

/**
 * The losses of both runs over the steps, a panel a loop, the second run drawn thin over the first. A rule
 * marks the step where they part. Of a long loop each point is the mean of several steps.
 *
 * @returns `null` when there is no loss to draw.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const loop = { loop: "fit", a: [3, 2, 1], b: [3, 2, 1.5], parting: 3 };
 * assertEquals(bothLosses([loop])?.name, "losses");
 * assertEquals(bothLosses([{ ...loop, a: [NaN], b: [NaN] }]), null);
 * ```
 */
export function bothLosses(loops: readonly TwoHistories[]): Figure | null {
  const { drawn, left } = chosen(loops, ({ a, b }) => [a, b].some((losses) => hasFinite(losses)));
  if (drawn.length === 0) return null;
  const each = Math.floor(mostPoints / 2 / drawn.length);
  const steps = Math.max(...drawn.map((loop) => stepsPerPoint(loop, each)));
  return {
    name: "losses",
    title: "The losses of both runs",
    caption: `Loss of ${
      steps === 1 ? "each step" : "the steps, a point the mean of several in a long loop"
    }; where one line is seen in the other, they are the same. The rule marks the parting.${left}`,
    spec: {
      $schema,
      columns: drawn.length === 1 ? 1 : 2,
      concat: drawn.map((loop) => lossPanel(loop, each, drawn.length === 1 ? 820 : 400)),
    },
  };
}

function lossPanel(loop: TwoHistories, each: number, width: number): Record<string, unknown> {
  const perPoint = stepsPerPoint(loop, each);
  const values = runs.flatMap((run, i) =>
    bins(i === 0 ? loop.a : loop.b, perPoint).flatMap(({ step, values }) =>
      values.length === 0
        ? []
        : [{ run, step, loss: rounded(values.reduce((sum, loss) => sum + loss) / values.length) }]
    )
  );
  const { low, high } = extent(values.map(({ loss }) => loss));
  const scale = low > 0 && high / low > 10 ? { type: "log", nice: false } : { zero: false };
  const x = stepAxis(loop);
  const y = { field: "loss", type: "quantitative", title: "loss", scale, axis: { tickCount: 5 } };
  const color = {
    field: "run",
    type: "nominal",
    scale: { domain: runs, range: runTones },
    legend: { symbolType: "stroke", symbolSize: 300, symbolOpacity: 1 },
  };
  return {
    title: loop.loop,
    width,
    height: 220,
    layer: [
      ...partingRule(loop),
      {
        data: { values: values.filter(({ run }) => run === "A") },
        mark: { type: "line", strokeWidth: 4, opacity: 0.45, clip: true },
        encoding: { x, y, color },
      },
      {
        data: { values: values.filter(({ run }) => run === "B") },
        mark: { type: "line", strokeWidth: 1.5, clip: true },
        encoding: { x, y, color },
      },
      {
        data: { values },
        mark: { type: "point", opacity: 0, size: 80 },
        encoding: { x, y, tooltip: ["run", "step", "loss"].map((field) => ({ field })) },
      },
    ],
  };
}

/**
 * How far the losses of two runs are apart at each step, on a logarithmic axis, a panel a loop; steps with
 * equal losses are ticks at the foot. Of a long loop each point is the largest of several steps.
 *
 * @returns `null` when no step has losses that are apart.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const loop = { loop: "fit", a: [3, 2, 1], b: [3, 2, 1.5], parting: 3 };
 * assertEquals(lossDifferences([loop])?.name, "loss-differences");
 * assertEquals(lossDifferences([{ ...loop, b: loop.a }]), null);
 * ```
 */
export function lossDifferences(loops: readonly TwoHistories[]): Figure | null {
  const apart = loops.map((loop) => ({ loop, differences: differencesOf(loop) }));
  const { drawn, left } = chosen(
    apart,
    ({ differences }) => differences.some((size) => size > 0 && size < Infinity),
  );
  if (drawn.length === 0) return null;
  const each = Math.floor(mostPoints / drawn.length);
  const width = drawn.length === 1 ? 820 : 400;
  return {
    name: "loss-differences",
    title: "How far the losses are apart",
    caption:
      `The absolute difference of the losses at each step, the largest of several in a long ` +
      `loop. Ticks at the foot are steps with equal losses. The rule marks the parting.${left}`,
    spec: {
      $schema,
      columns: drawn.length === 1 ? 1 : 2,
      concat: drawn.map(({ loop, differences }) => differencePanel(loop, differences, each, width)),
    },
  };
}

function differencePanel(
  loop: TwoHistories,
  differences: readonly number[],
  each: number,
  width: number,
): Record<string, unknown> {
  const largest = bins(differences, stepsPerPoint(loop, each)).flatMap(({ step, values }) => {
    if (values.length === 0) return [];
    const { high } = extent(values);
    return [{ step: high > 0 ? differences.indexOf(high, step - 1) + 1 : step, high }];
  });
  const positive = largest.filter(({ high }) => high > 0);
  const { low, high } = extent(positive.map(({ high }) => high));
  const equal = largest.filter(({ high }) => high === 0);
  const [bottom, top] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  // A decade of room for the ticks of equal losses.
  const foot = 10 ** (equal.length > 0 ? bottom - 1 : bottom);
  const x = stepAxis(loop);
  const y = {
    field: "difference",
    type: "quantitative",
    title: "|loss of A − loss of B|",
    scale: { type: "log", domain: [foot, Math.max(10 ** top, foot * 10)], nice: false },
    axis: {
      values: decades(equal.length > 0 ? bottom - 1 : bottom, top),
      labelExpr: equal.length > 0
        ? `datum.value < ${foot * 2} ? "equal" : format(datum.value, ".0e")`
        : 'format(datum.value, ".0e")',
    },
  };
  return {
    title: loop.loop,
    width,
    height: 200,
    layer: [
      ...partingRule(loop),
      {
        data: {
          values: equal.map(({ step }) => ({ step, difference: foot })),
        },
        mark: { type: "tick", orient: "vertical", size: 10, thickness: 1, color: tones.gray.light },
        encoding: { x, y },
      },
      {
        data: {
          values: positive.map(({ step, high }) => ({ step, difference: rounded(high) })),
        },
        mark: { type: "point", filled: true, size: 14, opacity: 0.7, color: runTones[0] },
        encoding: { x, y, tooltip: [{ field: "step" }, { field: "difference" }] },
      },
    ],
  };
}

/** The loops that fit, in the order in which they ran, and a sentence on those left out. */
function chosen<T>(
  loops: readonly T[],
  worth: (loop: T) => boolean,
): { readonly drawn: readonly T[]; readonly left: string } {
  const wanted = loops.filter(worth);
  const left = wanted.length - mostLoops;
  return {
    drawn: wanted.slice(0, mostLoops),
    left: left > 0 ? ` ${count(left, "more loop")} are not drawn.` : "",
  };
}

function stepAxis({ a, b }: TwoHistories): Record<string, unknown> {
  return {
    field: "step",
    type: "quantitative",
    title: "step",
    scale: { domain: [0, Math.max(a.length, b.length)], nice: false },
    axis: { tickMinStep: 1, tickCount: 8, format: "d" },
  };
}

/** A rule at the parting with its step beside it, on the side where there is room. */
function partingRule(loop: TwoHistories): Record<string, unknown>[] {
  const { parting, a, b } = loop;
  if (parting === null) return [];
  const late = parting > 0.7 * Math.max(a.length, b.length);
  const data = {
    values: [{ step: parting, says: parting === 0 ? "from the start" : `step ${parting}` }],
  };
  const x = stepAxis(loop);
  return [
    {
      data,
      mark: { type: "rule", color: tones.ink.light, strokeDash: [3, 3] },
      encoding: { x },
    },
    {
      data,
      mark: {
        type: "text",
        align: late ? "right" : "left",
        dx: late ? -5 : 5,
        color: tones.ink.light,
        fontSize: 11,
      },
      encoding: { x, y: { value: 6 }, text: { field: "says", type: "nominal" } },
    },
  ];
}

function stepsPerPoint({ a, b }: TwoHistories, most: number): number {
  return Math.ceil(Math.max(a.length, b.length) / most);
}

/** Finite values of `width` steps after one another, with the first of these steps, from 1. */
function bins(values: ArrayLike<number>, width: number): { step: number; values: number[] }[] {
  return Array.from({ length: Math.ceil(values.length / width) }, (_, bin) => ({
    step: bin * width + 1,
    values: Array.from({ length: width }, (_, i) => values[bin * width + i] ?? NaN)
      .filter(Number.isFinite),
  }));
}

function differencesOf({ a, b }: TwoHistories): number[] {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => Math.abs(a[i]! - b[i]!));
}

/** Powers of ten from one exponent to another, the first among them, about six. */
function decades(from: number, to: number): number[] {
  const stride = Math.ceil((to - from) / 6) || 1;
  return Array.from(
    { length: Math.floor((to - from) / stride) + 1 },
    (_, i) => 10 ** (from + i * stride),
  );
}

function hasFinite(values: ArrayLike<number>): boolean {
  return Array.prototype.some.call(values, Number.isFinite);
}
