/**
 * Curves over a training's transitions, several trainings in the same panels.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import type { Evaluations } from "./driver_training.ts";
import { type Curve, mean } from "./readings.ts";

/** Points of a curve at most; of a longer one each is the mean of several. */
const MOST_POINTS = 80;

/** So few points are shown each. */
const FEW_POINTS = 60;

/** Marks of a logarithmic axis at most. */
const MOST_MARKS = 7;

/** A curve of each training that has one. */
export interface Panel {
  /** What is on the y axis. */
  readonly title: string;
  /** By training. */
  readonly curves: ReadonlyMap<string, Curve>;
  /** Of values that are spread over powers of ten. Default: no. */
  readonly log?: boolean;
  /** Levels to compare with, by name. */
  readonly rules?: ReadonlyMap<string, number>;
}

const DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]];
const COLOURS = [tones.blue, tones.vermilion, tones.green, tones.purple].map(({ light }) => light);

/** A figure of such panels, two in a row. Trainings are told apart by colour and dashes, the same in every panel. */
export function curvePanels(
  text: Pick<Figure, "name" | "title" | "caption">,
  panels: readonly Panel[],
): Figure {
  const trainings = [...new Set(panels.flatMap(({ curves }) => [...curves.keys()]))];
  const width = panels.length === 1 ? 640 : 320;
  return {
    ...text,
    spec: {
      $schema,
      columns: 2,
      concat: panels.map((panel) => ({ width, height: 190, ...drawn(panel, trainings) })),
      resolve: { scale: { color: "shared", strokeDash: "shared" } },
    },
  };
}

function drawn({ title, curves, log = false, rules }: Panel, trainings: readonly string[]) {
  const values = [...curves].flatMap(([training, curve]) =>
    thinned(curve).map((point) => ({ training, ...point }))
  ).filter(({ value }) => Number.isFinite(value) && (!log || value > 0));
  const told = (range: readonly unknown[]) => ({
    field: "training",
    type: "nominal",
    scale: { domain: trainings, range: range.slice(0, trainings.length) },
    legend: trainings.length === 1
      ? null
      : { title: null, orient: "bottom", columns: 2, symbolType: "stroke", symbolSize: 300 },
  });
  const x = { field: "transitions", type: "quantitative", title: "transitions" };
  const y = {
    field: "value",
    type: "quantitative",
    title,
    ...log
      ? { scale: { type: "log", nice: false }, axis: { values: powersWithin(values) } }
      : { scale: { zero: false }, axis: { tickCount: 5 } },
  };
  const levels = [...rules ?? []].map(([name, level]) => ({ name, level }));
  const level = { field: "level", type: "quantitative" };
  return {
    layer: [
      ...levels.length === 0 ? [] : [{
        data: { values: levels },
        mark: { type: "rule", color: tones.gray.light, strokeDash: [4, 4] },
        encoding: { y: level },
      }, {
        data: { values: levels },
        mark: { type: "text", color: tones.gray.light, align: "left", x: 4, dy: -6 },
        encoding: { y: level, text: { field: "name" } },
      }],
      {
        data: { values },
        mark: { type: "line", strokeWidth: 2, point: values.length <= FEW_POINTS && { size: 30 } },
        encoding: { x, y, color: told(COLOURS), strokeDash: told(DASHES) },
      },
    ],
  };
}

/** Powers of ten that the values span, all of them or every second, third, and so on. */
function powersWithin(values: readonly { readonly value: number }[]): number[] {
  const [least, most] = [Math.min, Math.max].map((of) => of(...values.map(({ value }) => value)));
  const powers = Array.from({ length: 60 }, (_, i) => Number(`1e${i - 30}`))
    .filter((power) => power >= least! / 10 && power <= most! * 10);
  const each = Math.ceil(powers.length / MOST_MARKS);
  return powers.filter((_, i) => i % each === 0);
}

function thinned({ transitions, values }: Curve): { transitions: number; value: number }[] {
  const each = Math.ceil(values.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(values.length / each) }, (_, i) => ({
    transitions: Math.round(mean(transitions.slice(i * each, (i + 1) * each))),
    value: rounded(mean(values.slice(i * each, (i + 1) * each))),
  }));
}

/** A score of the evaluations as a curve. */
export function evaluationCurve(
  { all }: Evaluations,
  score: "totalReward" | "success",
): Curve {
  return {
    transitions: all.map(({ transitions }) => transitions),
    values: all.map((evaluated) => evaluated[score]),
  };
}
