/**
 * The figures of the TD3 experiment.
 */

import { $schema, type Context, type Figure, rounded, tones, wilsonInterval } from "assay";
import {
  DrivingWorlds,
  episodePictures,
  EVALUATION_TRACKS,
  type ObservationMode,
  purePursuit,
} from "../../data/driving.ts";
import { curvePanels, evaluationCurve } from "./curve_panels.ts";
import type { DriveScores } from "./drive_scores.ts";
import type { TrainedDriver } from "./driver_training.ts";
import { type EncoderName, encoders } from "./networks.ts";
import type { Tag } from "./readings.ts";
import { traceRoads, tracesFigure } from "./road_traces.ts";

/** What has been trained. */
export interface Shown {
  readonly pixels: TrainedDriver | null;
  readonly td3: TrainedDriver | null;
  readonly ddpg: TrainedDriver | null;
  readonly references: ReadonlyMap<string, DriveScores>;
}

/** Roads of the figure of trajectories. */
const ROADS = EVALUATION_TRACKS.slice(0, 6);

/** All figures; those of pictures show the driver that sees them, if there is one. */
export async function td3Figures(
  ctx: Context<{ readonly mode: ObservationMode; readonly encoder: EncoderName }>,
  shown: Shown,
): Promise<Figure[]> {
  const { pixels, td3, ddpg, references } = shown;
  const { mode } = ctx.config, frameSide = encoders[ctx.config.encoder].side;
  const trained = named({ "TD3, pixels": pixels, "TD3, numbers": td3, "DDPG, numbers": ddpg });
  const figures: Figure[] = [];
  if (trained.size > 0) {
    figures.push(learningFigure(trained, references), successFigure(trained, references));
  }
  if (pixels !== null) figures.push(featureFigure(pixels));
  if (trained.size > 0) {
    const worldsFor = (mode: ObservationMode) =>
      new DrivingWorlds({
        ...{ key: ctx.key("held-out"), count: ROADS.length, tracks: ROADS, mode, frameSide },
      });
    const traced = new Map(
      [...trained].map(([name, one]) =>
        [name, [one.driver, worldsFor(one === pixels ? mode : "vector")]] as const
      ),
    );
    figures.push(tracesFigure(await traceRoads(traced)));
  }
  const camera = new DrivingWorlds({
    ...{ key: ctx.key("held-out"), count: 1, tracks: ROADS, mode, frameSide },
  });
  const { strip, film } = await episodePictures(
    pixels?.driver ?? purePursuit,
    camera,
    pixels === null ? "pure pursuit" : "TD3 from pixels",
  );
  return [...figures, strip, film];
}

function named(
  all: Readonly<Record<string, TrainedDriver | null>>,
): ReadonlyMap<string, TrainedDriver> {
  return new Map(Object.entries(all).flatMap(([name, one]) => one === null ? [] : [[name, one]]));
}

function learningFigure(
  trained: ReadonlyMap<string, TrainedDriver>,
  references: ReadonlyMap<string, DriveScores>,
): Figure {
  const curves = (score: "totalReward" | "success") =>
    new Map(
      [...trained].map(([name, { evaluations }]) => [name, evaluationCurve(evaluations, score)]),
    );
  const rules = new Map(
    [...references].slice(0, 1).map(([, { totalReward }]) => [
      "pure pursuit",
      totalReward,
    ]),
  );
  const noisy = new Map(
    [...trained].map(([name, { readings }]) => [name, readings.of("train/episode_reward")]),
  );
  const isCurve = [...trained.values()].every(({ evaluations }) => evaluations.all.length > 1);
  return curvePanels({
    name: "learning",
    title: "What is earned while learning",
    caption: "Returns of the episodes that are learned from, with the noise that explores" +
      (isCurve
        ? "; and now and then one episode without it on each of 20 roads that nothing is learned on. A single " +
          "evaluation jumps; results are means of the last three."
        : "."),
  }, [
    { title: "return while learning", curves: noisy, rules },
    ...isCurve
      ? [
        { title: "return on held-out roads", curves: curves("totalReward"), rules },
        { title: "share of episodes that arrive", curves: curves("success") },
      ]
      : [],
  ]);
}

function successFigure(
  trained: ReadonlyMap<string, TrainedDriver>,
  references: ReadonlyMap<string, DriveScores>,
): Figure {
  const scores = [
    ...[...trained].map(([name, { evaluations }]) => [name, evaluations.late()] as const),
    ...references,
  ];
  const values = scores.map(([driver, { successes, episodes }]) => {
    const [low, high] = wilsonInterval(successes, episodes);
    return {
      driver,
      success: rounded(successes / episodes),
      low: rounded(low),
      high: rounded(high),
    };
  });
  const y = {
    field: "driver",
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelLimit: 220 },
  };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "share of episodes that arrive",
    scale: { domain: [0, 1] },
  });
  return {
    name: "success",
    title: "Who arrives",
    caption:
      "Share of episodes on 20 held-out roads in which the whole 200 m are driven: of the last three evaluations of " +
      "what was trained, of one of those that learn nothing. The bars are Wilson's 95 % intervals, as if all episodes " +
      "were independent.",
    spec: {
      $schema,
      data: { values },
      width: 480,
      height: { step: 24 },
      layer: [
        {
          mark: { type: "rule", color: tones.blue.light, strokeWidth: 2 },
          encoding: { y, x: x("low"), x2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, size: 70, color: tones.blue.light },
          encoding: { y, x: x("success") },
        },
      ],
    },
  };
}

function featureFigure({ readings }: TrainedDriver): Figure {
  const panel = (title: string, tags: Readonly<Record<string, Tag>>) => ({
    title,
    curves: new Map(Object.entries(tags).map(([name, tag]) => [name, readings.of(tag)])),
  });
  return curvePanels({
    name: "features",
    title: "Inside the learner that sees pixels",
    caption:
      "Of the last minibatch before each reading: the norm of one sample's features of the actor's encoder, what the " +
      "first critic says of what was done and of what the actor would do, its error, and the share of actions beyond " +
      "0.9. Where the two values part, the critic is asked about what it was not trained on.",
  }, [
    panel("feature norm of a sample", { "feature norm": "debug/cnn_features_l2_norm" }),
    panel("value", { "of what was done": "debug/q1_mean", "of the actor": "debug/actor_q_mean" }),
    panel("mean |TD error|", { "TD error": "debug/td_error_q1" }),
    panel("saturated actions", { saturation: "debug/action_saturation" }),
  ]);
}
