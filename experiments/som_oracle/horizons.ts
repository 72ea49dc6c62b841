/**
 * Foretelling not the end alone: how far from right a predictor is at horizons before it.
 *
 * @module
 */

import { addBaseline, metric, type Study } from "assay";
import { asRatios, type MapHistories } from "./histories.ts";
import { horizonValues, lastValues, type Prefixes } from "./prefixes.ts";
import { errorScores, percent, rowsOf } from "./study.ts";
import type { Predictor } from "./training.ts";

/** Shares of a run from now on, before its end. */
export const AHEAD: readonly number[] = [0.1, 0.25, 0.5];

/** The mean error at a horizon. */
export interface HorizonError {
  /** As in the names of metrics; the end last. */
  readonly horizon: string;
  readonly rival: "LSTM" | "last value";
  readonly mae: number;
}

/** Errors at every horizon, over the prefixes that reach it, of a predictor that foretells {@linkcode AHEAD}. */
export async function scoreHorizons(
  study: Study,
  maps: MapHistories,
  prefixes: Prefixes,
  predictor: Predictor,
): Promise<HorizonError[]> {
  const horizons = AHEAD.length + 1;
  const { values, reached } = horizonValues(prefixes, AHEAD);
  const foretold = await predictor.foretell(prefixes);
  const last = asRatios(maps, prefixes.run, lastValues(prefixes));
  const errors = Array.from({ length: horizons }, (_, h): HorizonError[] => {
    const horizon = h < AHEAD.length ? `+${percent(AHEAD[h]!)}` : "end";
    const own = Int32Array.from(prefixes.run.keys()).filter((i) => reached[i * horizons + h]);
    const run = own.map((i) => prefixes.run[i]!);
    const of = (all: ArrayLike<number>) =>
      asRatios(maps, run, rowsOf(all, own.map((i) => i * horizons + h)));
    const path = `horizons/${horizon}`;
    const score = (said: Float64Array) => errorScores(path, of(values), said);
    const scores = score(of(foretold)), carried = score(rowsOf(last, own));
    Object.assign(study.metrics, scores);
    addBaseline(study, "last value", carried);
    return [
      { horizon, rival: "LSTM", mae: scores[`${path}/mae`]!.value },
      { horizon, rival: "last value", mae: carried[`${path}/mae`]!.value },
    ];
  }).flat();
  const lstm = errors.filter(({ rival }) => rival === "LSTM").slice(0, -1);
  // Of the horizons before the end, which is anywhere from 30 to 95 % away.
  const grows = lstm.every(({ mae }, h) => h === 0 || mae > lstm[h - 1]!.mae);
  study.metrics["horizons/grows"] = metric(Number(grows), "higher");
  return errors;
}
