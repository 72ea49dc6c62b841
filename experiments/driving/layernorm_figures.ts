/**
 * The figures of the LayerNorm experiment.
 */

import type { Context, Figure } from "assay";
import { DrivingWorlds, episodePictures, EVALUATION_TRACKS } from "../../data/driving.ts";
import { curvePanels, evaluationCurve } from "./curve_panels.ts";
import { type TrainedDriver, VALUE_BOUND } from "./driver_training.ts";
import { type Cell, cells } from "./layernorm_matrix.ts";
import { type EncoderName, encoders } from "./networks.ts";
import type { Tag } from "./readings.ts";

const NAMES: Readonly<Record<Cell, string>> = {
  "document/plain": "document's wiring",
  "document/layer-norm": "document's wiring, LayerNorm",
  "correct/plain": "correct wiring",
  "correct/layer-norm": "correct wiring, LayerNorm",
};

/** What happens within all four, and what the one sees that drives best. */
export async function matrixFigures(
  ctx: Context<{ readonly mode: "vision" | "full"; readonly encoder: EncoderName }>,
  trained: ReadonlyMap<Cell, TrainedDriver>,
): Promise<Figure[]> {
  const { mode, encoder } = ctx.config;
  const by = <T>(value: (driver: TrainedDriver) => T) =>
    new Map(cells().map(([cell]) => [NAMES[cell], value(trained.get(cell)!)]));
  const curves = (tag: Tag) => by(({ readings }) => readings.of(tag));
  const inside = curvePanels({
    name: "matrix",
    title: "Two wirings, with and without LayerNorm",
    caption:
      "The norm of one sample's features, what the critic says of the actor's actions (nothing can earn more than the " +
      "rule says), what it says of the actions that were taken, and the share of actions beyond 0.9. In the document's " +
      "wiring the actor's encoder is moved until the critic, which does not know its features, says what pleases; " +
      "LayerNorm slows that down and does not stop it. The first two are on logarithmic scales.",
  }, [
    { title: "feature norm of a sample", log: true, curves: curves("debug/cnn_features_l2_norm") },
    {
      title: "value of the actor's actions",
      log: true,
      curves: curves("debug/actor_q_mean"),
      rules: new Map([["r / (1 − γ)", VALUE_BOUND]]),
    },
    { title: "value of what was done", curves: curves("debug/q1_mean") },
    { title: "saturated actions", curves: curves("debug/action_saturation") },
  ]);
  const learning = curvePanels({
    name: "learning",
    title: "What they earn on held-out roads",
    caption: "One episode without noise on each of 20 roads that nothing is learned on.",
  }, [
    {
      title: "return",
      curves: by(({ evaluations }) => evaluationCurve(evaluations, "totalReward")),
    },
    {
      title: "share of episodes that arrive",
      curves: by(({ evaluations }) => evaluationCurve(evaluations, "success")),
    },
  ]);
  const camera = new DrivingWorlds({
    ...{ key: ctx.key("held-out"), count: 1, tracks: EVALUATION_TRACKS, mode },
    frameSide: encoders[encoder].side,
  });
  const [best, { driver }] = [...trained].sort(([, a], [, b]) =>
    b.evaluations.late().totalReward - a.evaluations.late().totalReward
  )[0]!;
  const { strip, film } = await episodePictures(driver, camera, NAMES[best]);
  const isCurve = [...trained.values()].every(({ evaluations }) => evaluations.all.length > 1);
  return [inside, ...isCurve ? [learning] : [], strip, film];
}
