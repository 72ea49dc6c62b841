/**
 * Learning curves of several configurations, side by side.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { palette } from "../theme.ts";
import { $schema, extent, type FigureText, rounded, spread } from "./figure.ts";
import type { FitHistory } from "./learning_curves.ts";

/** More lines than this are no longer told apart. */
export const MOST_CURVES = palette.length;

/** What a configuration's runs went through. */
export interface CellHistories {
  /** What a reader calls it. */
  readonly name: string;
  /** Of its seeds, and of each fit. */
  readonly histories: readonly FitHistory[];
}

const mostEpochs = 200;

/**
 * Validation loss over the epochs, mean over the seeds, a line a configuration and a panel a fit. The loss axis is
 * logarithmic when all losses are positive and span more than a factor of ten.
 *
 * @param cells At most {@linkcode MOST_CURVES}.
 * @returns `null` where none has a fit of more than one epoch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const epochs = [1, 2].map((epoch) => ({ epoch, trainLoss: 1, validationLoss: 1 / epoch }));
 * const figure = cellCurves([{ name: "rate 0.1", histories: [{ fit: "v1", seed: 1, epochs }] }]);
 * assertEquals([figure!.name, cellCurves([])], ["cell-curves", null]);
 * ```
 */
export function cellCurves(cells: readonly CellHistories[], text: FigureText = {}): Figure | null {
  const long = (history: FitHistory) => history.epochs.length > 1;
  const fits = [
    ...new Set(cells.flatMap(({ histories }) => histories.filter(long).map(({ fit }) => fit))),
  ];
  const rows = cells.flatMap(({ name, histories }) =>
    fits.flatMap((fit) =>
      meanLoss(histories.filter((one) => one.fit === fit))
        .map((point) => ({ cell: name, fit, ...point }))
    )
  );
  if (rows.length === 0) return null;
  const { low, high } = extent(rows.map(({ loss }) => loss));
  const scale = low > 0 && high / low > 10 ? { type: "log", nice: false } : { zero: false };
  const names = cells.map(({ name }) => name);
  const encoding = {
    x: {
      field: "epoch",
      type: "quantitative",
      title: "epoch",
      axis: { tickMinStep: 1, format: "d" },
    },
    y: {
      field: "loss",
      type: "quantitative",
      title: "validation loss",
      scale,
      axis: { tickCount: 5 },
    },
    color: {
      field: "cell",
      type: "nominal",
      scale: { domain: names, range: palette.slice(0, names.length) },
      legend: { symbolType: "stroke", symbolSize: 300, columns: 2, offset: 34 },
    },
  };
  const layer = [
    { mark: { type: "line", clip: true }, encoding },
    {
      mark: { type: "point", opacity: 0, size: 120 },
      encoding: {
        ...encoding,
        tooltip: ["cell", "epoch", "loss", "seeds"].map((field) => ({ field })),
      },
    },
  ];
  return {
    name: text.name ?? "cell-curves",
    title: text.title ?? "Learning curves by cell",
    caption: text.caption ??
      "Validation loss after each epoch, mean over the seeds that reached it.",
    spec: {
      $schema,
      data: { values: rows },
      ...(fits.length === 1 ? { width: 640, height: 280, layer } : {
        facet: { field: "fit", type: "nominal", title: null, sort: fits },
        columns: 2,
        spec: { width: 400, height: 220, layer },
        resolve: { scale: { x: "independent", y: "independent" } },
      }),
    },
  };
}

function meanLoss(histories: readonly FitHistory[]): {
  readonly epoch: number;
  readonly loss: number;
  readonly seeds: number;
}[] {
  const byEpoch = Map.groupBy(
    histories.flatMap(({ epochs }) => epochs)
      .filter(({ validationLoss }) => Number.isFinite(validationLoss)),
    ({ epoch }) => epoch,
  );
  const epochs = [...byEpoch.keys()].sort((a, b) => a - b);
  return spread(epochs.length, mostEpochs).map((i) => {
    const epoch = epochs[i]!;
    const own = byEpoch.get(epoch)!;
    const sum = own.reduce((sum, { validationLoss }) => sum + validationLoss, 0);
    return { epoch, loss: rounded(sum / own.length), seeds: own.length };
  });
}
