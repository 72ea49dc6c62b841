/**
 * Learning curves: training and validation loss over the epochs, over the seeds.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { tones } from "../theme.ts";
import { $schema, extent, type FigureText, rounded, spread } from "./figure.ts";

/** The losses of one fit in one seed's run. */
export interface FitHistory {
  /** The name given to `ctx.fit`. */
  readonly fit: string;
  readonly seed: number;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly validationLoss: number;
  }[];
}

interface Row {
  fit: string;
  part: string;
  epoch: number;
  mean: number;
  low: number;
  high: number;
  seeds: number;
}

const mostEpochs = 200;

/**
 * Mean loss over the seeds with a band from the smallest to the largest, one panel a fit. The loss axis
 * is logarithmic when all losses are positive and span more than a factor of ten. An epoch counts the
 * seeds that reached it, so early stopping leaves fewer to the right. Fits of a single epoch are left out
 * where others have more.
 *
 * @throws {RangeError} When there is no finite loss at all.
 *
 * @example
 * ```ts
 * import { learningCurves } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const epochs = [{ epoch: 1, trainLoss: 1, validationLoss: 1.1 }];
 * assertEquals(learningCurves([{ fit: "v2", seed: 1, epochs }]).name, "learning-curves");
 * ```
 */
export function learningCurves(all: readonly FitHistory[], text: FigureText = {}): Figure {
  const long = new Set(all.filter(({ epochs }) => epochs.length > 1).map(({ fit }) => fit));
  const histories = long.size > 0 ? all.filter(({ fit }) => long.has(fit)) : all;
  const fits = [...new Set(histories.map(({ fit }) => fit))];
  const rows = fits.flatMap((fit) => {
    const own = histories.filter((history) => history.fit === fit);
    return [
      ...average(fit, "training", own, (epoch) => epoch.trainLoss),
      ...average(fit, "validation", own, (epoch) => epoch.validationLoss),
    ];
  });
  if (rows.length === 0) {
    throw new RangeError(
      `Cannot draw learning curves: ${histories.length} histories hold no finite loss`,
    );
  }
  const seeds = new Set(histories.map(({ seed }) => seed)).size;
  const { low } = extent(rows.map((row) => row.low));
  const { high } = extent(rows.map((row) => row.high));
  const scale = low > 0 && high / low > 10 ? { type: "log", nice: false } : { zero: false };
  const part = {
    field: "part",
    type: "nominal",
    scale: { domain: ["training", "validation"], range: [tones.blue.light, tones.vermilion.light] },
    // Its own opacity, or the legend would take the band's.
    legend: {
      symbolType: "stroke",
      symbolSize: 300,
      symbolOpacity: 1,
      // In a single view the title of the y axis stands where a facet has its header.
      ...(fits.length === 1 ? { offset: 30 } : {}),
    },
  };
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    axis: { tickMinStep: 1, format: "d" },
  };
  const y = { field: "mean", type: "quantitative", title: "loss", scale, axis: { tickCount: 5 } };
  const layer = [
    ...(seeds > 1
      ? [{
        mark: { type: "area", opacity: 0.18, aria: false },
        encoding: {
          x,
          y: { ...y, field: "low" },
          y2: { field: "high" },
          color: part,
        },
      }]
      : []),
    {
      // A single epoch makes no line.
      mark: { type: "line", clip: true, point: long.size === 0 },
      encoding: {
        x,
        y,
        color: part,
        strokeDash: {
          field: "part",
          type: "nominal",
          scale: { domain: ["training", "validation"], range: [[1, 0], [5, 3]] },
        },
      },
    },
    {
      mark: { type: "point", opacity: 0, size: 120 },
      encoding: {
        x,
        y,
        tooltip: ["part", "epoch", "mean", "low", "high", "seeds"].map((field) => ({ field })),
      },
    },
  ];
  const columns = fits.length % 3 === 0 ? 3 : 2;
  return {
    name: text.name ?? "learning-curves",
    title: text.title ?? "Learning curves",
    caption: text.caption ??
      `Loss after each epoch, ${
        seeds > 1
          ? `mean over ${seeds} seeds with a band from the smallest to the largest`
          : "one seed"
      }. An epoch counts the seeds that reached it.`,
    spec: {
      $schema,
      data: { values: rows },
      ...(fits.length === 1 ? { width: 640, height: 260, layer } : {
        facet: { field: "fit", type: "nominal", title: null, sort: fits },
        columns,
        spec: { width: columns === 3 ? 255 : 400, height: 200, layer },
        resolve: { scale: { y: "independent", x: "independent" } },
      }),
    },
  };
}

function average(
  fit: string,
  part: string,
  histories: readonly FitHistory[],
  loss: (epoch: FitHistory["epochs"][number]) => number,
): Row[] {
  const byEpoch = new Map<number, number[]>();
  for (const { epochs } of histories) {
    for (const epoch of epochs) {
      const value = loss(epoch);
      if (!Number.isFinite(value)) continue;
      const values = byEpoch.get(epoch.epoch);
      if (values) values.push(value);
      else byEpoch.set(epoch.epoch, [value]);
    }
  }
  const epochs = [...byEpoch.keys()].sort((a, b) => a - b);
  return spread(epochs.length, mostEpochs).map((i) => {
    const epoch = epochs[i]!;
    const values = byEpoch.get(epoch)!;
    const { low, high } = extent(values);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      fit,
      part,
      epoch,
      mean: rounded(mean),
      low: rounded(low),
      high: rounded(high),
      seeds: values.length,
    };
  });
}
