/**
 * The figures of the hierarchy.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import type { ArmResult } from "../../data/serverless/fleet/arms.ts";
import { latencyQuantile, utilisation } from "../../data/serverless/fleet/outcome.ts";

const [blue, vermilion, grey] = [tones.blue.light, tones.vermilion.light, tones.gray.light];

/** As the figures call the arms, in the order in which they stand. */
const NAMES = {
  random: "random",
  constant: "best constant",
  lookup: "best constant of each",
  strategic: "strategic",
  tactical: "+ tactical",
  guarded: "+ probation",
  forecast: "+ operational, unproven",
  full: "+ operational",
  provisioned: "+ operational, 5:1",
  hindsight: "+ capacity in hindsight",
  oracle: "myopic oracle",
} as const;

type Shown = Readonly<Record<keyof typeof NAMES, Reached>>;

/** What arms and evaluations of policies both come to. */
export type Reached = Pick<ArmResult, "outcome" | "meanReward">;

const KINDS = {
  random: "reference",
  constant: "reference",
  lookup: "reference",
  strategic: "layers",
  tactical: "layers",
  guarded: "layers",
  forecast: "layers",
  full: "layers",
  provisioned: "layers",
  hindsight: "reference",
  oracle: "reference",
} as const satisfies Record<keyof Shown, string>;

const color = {
  field: "kind",
  type: "nominal",
  title: null,
  scale: { domain: ["layers", "reference"], range: [blue, grey] },
};

const byArm = {
  field: "arm",
  type: "nominal",
  sort: Object.values(NAMES),
  title: null,
  axis: { labelLimit: 200 },
};

/** Each function's best constant when a violation costs so much. */
export interface Priced {
  readonly penalty: number;
  readonly result: Reached;
}

/** What the test part costs against the limits it breaks, a point an arm. */
export function tradeFigure(arms: Shown, priced: readonly Priced[]): Figure {
  const place = ({ outcome }: Reached) => ({
    cost: rounded(outcome.costUsd),
    violations: rounded(100 * outcome.violations / outcome.invocations),
  });
  const rows = entries(arms).filter(([name]) =>
    !["lookup", "random", "hindsight", "guarded", "forecast"].includes(name)
  )
    .map(([name, result]) => ({ arm: NAMES[name], kind: KINDS[name], ...place(result) }));
  const line = priced.map(({ penalty, result }) => ({ penalty, ...place(result) }));
  const x = {
    field: "cost",
    type: "quantitative",
    title: "cost of the test part, USD",
    scale: { type: "log", nice: false, padding: 70 },
  };
  const y = {
    field: "violations",
    type: "quantitative",
    title: "invocations beyond their limit, %",
    scale: { zero: false, nice: true },
  };
  const plain = { ...color, legend: null };
  /** Arms that may lie close together have their names on different sides. */
  const label = (side: "left" | "right", dy: number, test: (name: string) => boolean) => ({
    data: { values: rows.filter(({ arm }) => test(arm)) },
    mark: {
      type: "text",
      align: side === "left" ? "right" : "left",
      dx: side === "left" ? -8 : 8,
      dy,
    },
    encoding: { text: { field: "arm" }, color: plain },
  });
  return {
    name: "cost-and-violations",
    title: "Cost against broken limits",
    caption:
      "All arms meet the same invocations; lower left is better. Blue: the layers, each upon those before it. Grey " +
      "line: each function at the constant that was best for it in training if a violation cost what the number " +
      "says; in the reward it costs 2. Random placement lies far off. Cost is on a logarithmic scale.",
    spec: {
      $schema,
      data: { values: rows },
      width: 480,
      height: 340,
      encoding: { x, y },
      layer: [
        {
          data: { values: line },
          mark: { type: "line", color: grey, strokeWidth: 1, point: { color: grey, size: 20 } },
          encoding: { order: { field: "penalty" } },
        },
        {
          data: { values: line },
          mark: { type: "text", color: grey, fontSize: 10, align: "right", dx: -5, dy: 5 },
          encoding: { text: { field: "penalty" } },
        },
        {
          mark: { type: "point", filled: true, size: 80 },
          encoding: {
            color: plain,
            tooltip: ["arm", "cost", "violations"].map((field) => ({ field })),
          },
        },
        label("left", -8, (arm) => arm === NAMES.strategic),
        label("right", 8, (arm) => arm === NAMES.full),
        label("right", -6, (arm) => arm !== NAMES.strategic && arm !== NAMES.full),
      ],
    },
  };
}

/** What arms are compared by; less is better but of the last. */
const MEASURES: Readonly<Record<string, (result: Reached) => number>> = {
  cost: ({ outcome }) => outcome.costUsd,
  carbon: ({ outcome }) => outcome.carbonGrams,
  "latency P95": ({ outcome }) => latencyQuantile(outcome, 0.95),
  "broken limits": ({ outcome }) => outcome.violations,
  "cold starts": ({ outcome }) => outcome.coldStarts,
  utilisation: ({ outcome }) => utilisation(outcome),
};

/** Every measure of every arm over that of the best constant. */
export function relativeFigure(arms: Shown): Figure {
  const rows = entries(arms).filter(([name]) => name !== "constant").flatMap(([name, result]) =>
    Object.entries(MEASURES).map(([measure, of]) => ({
      arm: NAMES[name],
      kind: KINDS[name],
      measure,
      ratio: rounded(of(result) / of(arms.constant)),
    }))
  );
  return {
    name: "relative-to-best-constant",
    title: "Every arm over the best constant",
    caption: "1 is as the best constant. Less is better, but for utilisation. Bars end at 3.",
    spec: {
      $schema,
      data: { values: rows },
      facet: {
        field: "measure",
        type: "nominal",
        title: null,
        sort: Object.keys(MEASURES),
      },
      columns: 3,
      spec: {
        width: 150,
        height: { step: 20 },
        layer: [
          {
            mark: { type: "bar", clip: true },
            encoding: {
              y: byArm,
              x: {
                field: "ratio",
                type: "quantitative",
                title: "× best constant",
                scale: { domain: [0, 3] },
              },
              color,
              tooltip: ["arm", "measure", "ratio"].map((field) => ({ field })),
            },
          },
          {
            mark: { type: "rule", color: vermilion, strokeDash: [5, 3] },
            encoding: { x: { datum: 1 } },
          },
        ],
      },
    },
  };
}

/** The median, the 95th and the 99th of a hundred latencies, by arm. */
export function latencyFigure(arms: Shown): Figure {
  const quantiles = [["P50", 0.5], ["P95", 0.95], ["P99", 0.99]] as const;
  const rows = entries(arms).flatMap(([name, { outcome }]) =>
    quantiles.map(([quantile, part]) => ({
      arm: NAMES[name],
      quantile,
      seconds: rounded(latencyQuantile(outcome, part)),
    }))
  );
  const x = {
    field: "seconds",
    type: "quantitative",
    title: "latency, s",
    scale: { type: "log" },
  };
  return {
    name: "latency",
    title: "Latency by arm",
    caption: "Network, waiting, cold start and run of an invocation, on a logarithmic scale.",
    spec: {
      $schema,
      data: { values: rows },
      width: 460,
      height: { step: 26 },
      encoding: { x, y: byArm },
      layer: [
        {
          mark: { type: "line", color: grey, strokeWidth: 1 },
          encoding: { detail: { field: "arm" } },
        },
        {
          mark: { type: "point", filled: true, size: 70 },
          encoding: {
            color: {
              field: "quantile",
              type: "nominal",
              title: null,
              scale: { range: [blue, grey, vermilion] },
            },
            tooltip: ["arm", "quantile", "seconds"].map((field) => ({ field })),
          },
        },
      ],
    },
  };
}

function entries(arms: Shown): [keyof Shown, Reached][] {
  const names = Object.keys(NAMES) as (keyof Shown)[];
  return names.map((name) => [name, arms[name]]);
}
