/**
 * The figures of the two placement studies.
 */

import { $schema, type Figure, rounded, type ScoredStep, tones } from "assay";
import { MEMORY_TIERS_MB, PROVIDERS, REGIONS } from "../../data/serverless/invocation_trace.ts";

const [blue, vermilion, grey] = [tones.blue.light, tones.vermilion.light, tones.gray.light];

/** What the network and the oracle chose on the test part. */
export interface Choices {
  /** How often each action was chosen. */
  readonly policy: readonly number[];
  readonly oracle: readonly number[];
}

/** Mean rewards as bars, the oracle's as a rule. */
export function rewardsFigure({ name, decisions, rows, oracle }: {
  readonly name: string;
  readonly decisions: number;
  readonly rows: readonly { readonly policy: string; readonly reward: number }[];
  readonly oracle: number;
}): Figure {
  const y = {
    field: "policy",
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelLimit: 300 },
  };
  return {
    name: `${name}-rewards`,
    title: "Reward on the test part",
    caption:
      `Mean of ${
        decisions.toLocaleString("en-US")
      } decisions, all of the test part. The dashed line is ` +
      `the myopic oracle (${oracle.toFixed(3)}), which sees the hour that is to come.`,
    spec: {
      $schema,
      data: { values: rows.map((row) => ({ ...row, reward: rounded(row.reward) })) },
      width: 420,
      height: { step: 26 },
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            y,
            x: { field: "reward", type: "quantitative", title: "mean reward" },
            color: {
              condition: { test: "datum.policy === 'network'", value: blue },
              value: grey,
            },
            tooltip: [{ field: "policy" }, { field: "reward" }],
          },
        },
        {
          mark: { type: "rule", color: vermilion, strokeDash: [5, 3], strokeWidth: 2 },
          encoding: { x: { datum: rounded(oracle) } },
        },
      ],
    },
  };
}

/** The reward on the validation part while it learns. */
export function learningFigure({ name, history, bestConstant, oracle }: {
  readonly name: string;
  readonly history: readonly ScoredStep[];
  readonly bestConstant: number;
  readonly oracle: number;
}): Figure {
  const best = history.reduce((best, row) => row.score > best.score ? row : best);
  const rule = (value: number, strokeDash: readonly number[]) => ({
    mark: { type: "rule", color: grey, strokeDash },
    encoding: { y: { datum: rounded(value) } },
  });
  const x = { field: "step", type: "quantitative", title: "updates" };
  const y = {
    field: "reward",
    type: "quantitative",
    title: "mean reward",
    scale: { zero: false },
  };
  // What an untrained network does would leave no room for the rest.
  const learned = history.filter(({ step }) => step > 0);
  const rows = learned.map(({ step, score }) => ({ step, reward: rounded(score) }));
  return {
    name: `${name}-learning`,
    title: "Reward on the validation part while it learns",
    caption:
      `Mean over the whole validation part. The weights of update ${
        best.step.toLocaleString("en-US")
      } are kept (the larger dot). Dashed: the best constant (${
        bestConstant.toFixed(3)
      }); dotted: the myopic oracle ` +
      `(${oracle.toFixed(3)}). Before its first update the network has ${
        history[0]!.score.toFixed(3)
      }.`,
    spec: {
      $schema,
      data: { values: rows },
      width: 480,
      height: 240,
      layer: [
        {
          mark: { type: "line", color: blue, point: { size: 20, color: blue } },
          encoding: { x, y, tooltip: [{ field: "step" }, { field: "reward" }] },
        },
        {
          data: { values: [{ step: best.step, reward: rounded(best.score) }] },
          mark: { type: "point", filled: true, size: 90, color: blue, opacity: 1 },
          encoding: { x, y },
        },
        rule(bestConstant, [5, 3]),
        rule(oracle, [1, 3]),
      ],
    },
  };
}

/** Shares of the providers. */
export function providersFigure(choices: Choices): Figure {
  const rows = sharesOf(choices).map(({ action, ...row }) => ({
    provider: PROVIDERS[action]!,
    ...row,
  }));
  return {
    name: "strategic-choices",
    title: "Chosen providers",
    caption: "Shares of the decisions of the test part.",
    spec: {
      $schema,
      data: { values: rows },
      width: 320,
      height: 220,
      mark: { type: "bar" },
      encoding: {
        x: { field: "provider", type: "nominal", sort: null, title: null, axis: { labelAngle: 0 } },
        xOffset: { field: "by", type: "nominal", sort: null },
        y: { field: "share", type: "quantitative", title: "share", axis: { format: "%" } },
        color: {
          field: "by",
          type: "nominal",
          title: null,
          sort: null,
          scale: { range: [blue, grey] },
          legend: { offset: 30 },
        },
        tooltip: [{ field: "by" }, { field: "provider" }, { field: "share" }],
      },
    },
  };
}

/** Shares of regions and memory sizes as two tables, the darker the more often. */
export function placementsFigure(choices: Choices): Figure {
  const tiers = MEMORY_TIERS_MB.length;
  const rows = sharesOf(choices).map(({ action, by, share }) => ({
    by,
    region: REGIONS[Math.floor(action / tiers)]!,
    memory: `${MEMORY_TIERS_MB[action % tiers]!} MB`,
    share,
    text: `${Math.round(100 * share)}`,
  }));
  const most = Math.max(...rows.map(({ share }) => share));
  return {
    name: "tactical-choices",
    title: "Chosen regions and memory sizes",
    caption: "Shares of the decisions of the test part, %.",
    spec: {
      $schema,
      data: { values: rows },
      facet: { column: { field: "by", type: "nominal", sort: null, title: null } },
      spec: {
        width: 300,
        height: { step: 30 },
        encoding: {
          x: {
            field: "memory",
            type: "nominal",
            sort: null,
            title: null,
            axis: { labelAngle: 0 },
          },
          y: { field: "region", type: "nominal", sort: null, title: null },
        },
        layer: [
          {
            mark: { type: "rect" },
            encoding: {
              color: {
                field: "share",
                type: "quantitative",
                legend: null,
                scale: { domain: [0, most], range: ["#f4f2ee", blue] },
              },
              tooltip: ["by", "region", "memory", "share"].map((field) => ({ field })),
            },
          },
          {
            mark: { type: "text" },
            encoding: {
              text: { field: "text" },
              color: {
                condition: { test: `datum.share > ${rounded(0.6 * most)}`, value: "#ffffff" },
                value: "#111111",
              },
            },
          },
        ],
      },
    },
  };
}

function sharesOf({ policy, oracle }: Choices): { by: string; action: number; share: number }[] {
  return Object.entries({ network: policy, oracle }).flatMap(([by, chosen]) => {
    const total = chosen.reduce((sum, count) => sum + count, 0);
    return chosen.map((count, action) => ({ by, action, share: rounded(count / total) }));
  });
}
