/**
 * The figures of the signal-extraction study.
 */

import { $schema, type Epoch, type Figure, tones } from "assay";

const [blue, vermilion, grey] = [tones.blue.light, tones.vermilion.light, tones.gray.light];
/** Points of the figure of running losses. */
const MOST_POINTS = 400;

/** On-line and frozen loss of each epoch in one picture, with the floor and the document's numbers. */
export function onlineAgainstFrozen(
  history: readonly Epoch[],
  { name, learningRate, floor, printed }: {
    readonly name: string;
    readonly learningRate: number;
    readonly floor: number;
    readonly printed: readonly number[];
  },
): Figure {
  const rows = history.flatMap(({ epoch, trainLoss, validationLoss }) => [
    { epoch, loss: trainLoss, what: "on-line" },
    { epoch, loss: validationLoss, what: "frozen" },
    ...(name === "paper" && printed[epoch - 1] !== undefined
      ? [{ epoch, loss: printed[epoch - 1]!, what: "document" }]
      : []),
  ]);
  const encoding = {
    x: { field: "epoch", type: "quantitative", axis: { tickMinStep: 1, format: "d" } },
    y: { field: "loss", type: "quantitative", scale: { zero: true }, title: "mean squared error" },
    ...told(["on-line", "frozen", "document"], [blue, vermilion, grey]),
    tooltip: ["what", "epoch", "loss"].map((field) => ({ field })),
  };
  return {
    name: `${name}-losses`,
    title: name === "paper" ? "The diverged run" : "The prescribed restart",
    caption:
      `Learning rate ${learningRate}. On-line: the number the document watched, each error taken ` +
      `before its own update and after all others. Frozen: the same rows with the weights of the epoch's ` +
      `end. The rule is the floor, ${floor}: what a predictor of zero scores.`,
    spec: {
      $schema,
      data: { values: rows },
      width: 560,
      height: 240,
      layer: [
        { mark: { type: "line" }, encoding },
        { mark: { type: "point", filled: true, size: 50 }, encoding },
        {
          mark: { type: "rule", strokeDash: [5, 3], color: grey },
          encoding: { y: { datum: floor } },
        },
      ],
    },
  };
}

/** The running loss through the blocks of every epoch. */
export function lossesInBlocks(
  losses: Float32Array,
  { name, block, frequencies }: {
    readonly name: string;
    readonly block: number;
    readonly frequencies: readonly number[];
  },
): Figure {
  const bin = Math.ceil(losses.length / MOST_POINTS);
  const rows = Array.from({ length: Math.ceil(losses.length / bin) }, (_, i) => {
    const part = losses.subarray(i * bin, (i + 1) * bin);
    return { row: i * bin, loss: part.reduce((sum, loss) => sum + loss, 0) / part.length };
  });
  const borders = Array.from(
    { length: Math.ceil(losses.length / block) },
    (_, i) => ({ row: i * block, frequency: `${frequencies[i % frequencies.length]}` }),
  ).filter((_, i) => losses.length / block <= 40 || i % frequencies.length === 0);
  const x = { field: "row", type: "quantitative", title: "rows read" };
  return {
    name: `${name}-running-loss`,
    title: "Inside the epochs",
    caption:
      `On-line loss, averaged over ${bin} rows. The rules are where the next frequency is asked for` +
      `${
        losses.length / block <= 40 ? ", its number beside them in Hz" : " first, 1 Hz"
      }: the slow ones are ` +
      `followed, the fast ones are not.`,
    spec: {
      $schema,
      width: 640,
      height: 220,
      layer: [
        {
          data: { values: borders },
          mark: { type: "rule", color: grey, opacity: 0.5 },
          encoding: { x },
        },
        ...(losses.length / block <= 40
          ? [{
            data: { values: borders },
            mark: { type: "text", align: "left", dx: 3, baseline: "top", color: grey },
            encoding: { x, y: { value: 0 }, text: { field: "frequency" } },
          }]
          : []),
        {
          data: { values: rows },
          mark: { type: "line", color: blue },
          encoding: { x, y: { field: "loss", type: "quantitative", title: "squared error" } },
        },
      ],
    },
  };
}

/** A measured line beside a reference. */
export function sweepFigure(
  { name, title, x, measured, reference, says, log = false }: {
    readonly name: string;
    readonly title: string;
    readonly x: string;
    readonly measured: readonly (readonly [number, number])[];
    readonly reference: readonly (readonly [number, number])[];
    /** What the reference is. */
    readonly says: string;
    /** The x axis is logarithmic. */
    readonly log?: boolean;
  },
): Figure {
  const rows = [
    ...measured.map(([at, error]) => ({ at, error, what: "network" })),
    ...reference.map(([at, error]) => ({ at, error, what: "reference" })),
  ];
  const encoding = {
    x: {
      field: "at",
      type: "quantitative",
      title: x,
      scale: log ? { type: "log" } : { zero: false, nice: false, padding: 12 },
    },
    y: { field: "error", type: "quantitative", scale: { type: "log" }, title: "test error" },
    ...told(["network", "reference"], [blue, grey]),
    tooltip: ["what", "at", "error"].map((field) => ({ field })),
  };
  return {
    name,
    title,
    caption: `Test error after the first second of a sequence${
      name.startsWith("sweep") ? ", over the target's power" : ""
    }. Reference: ${says}.`,
    spec: {
      $schema,
      data: { values: rows },
      width: 560,
      height: 240,
      layer: [
        { mark: { type: "line" }, encoding },
        { mark: { type: "point", filled: true, size: 60 }, encoding },
      ],
    },
  };
}

/** Series told apart by colour and shape. */
function told(domain: readonly string[], colours: readonly string[]) {
  const shapes = ["circle", "square", "diamond"].slice(0, domain.length);
  const channel = (range: readonly string[]) => ({
    field: "what",
    type: "nominal",
    legend: { title: null, offset: 30 }, // above the title of the y axis
    scale: { domain, range },
  });
  return { color: channel(colours), shape: channel(shapes) };
}
