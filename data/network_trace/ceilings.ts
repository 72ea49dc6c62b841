/**
 * Prints the ceilings and baselines of this folder's README again:
 *
 * ```sh
 * deno run data/network_trace/ceilings.ts
 * ```
 *
 * Twelve keys for each preset, four for each candidate that `v2` was chosen from, and the filter
 * that sees windows only. About half a minute on one core; needs no permission.
 *
 * @module
 */

import { rootKey } from "assay";
import type { NetworkTraceOptions } from "../network_trace.ts";
import { DYNAMICS, type EpisodeClass } from "./dynamics.ts";
import { filterScore, type Score, scorecard } from "./scorecard.ts";

const ROWS = 15_000;

/** Keys 1 … n of the presets and of the candidates. */
const PRESET_KEYS = 12, CANDIDATE_KEYS = 4, FILTER_KEYS = 4;

/** Every so many test windows are filtered. */
const FILTER_STRIDE = 10;

/** Episode classes of the chosen depths at another pace. */
function paced(fill: readonly number[], drain: readonly number[]): EpisodeClass[] {
  return DYNAMICS.episodes.map((episode, i) => ({
    ...episode,
    fill: fill[i]!,
    drain: drain[i]!,
  }));
}

/** Candidates that `v2` was chosen from, as differences from the chosen one. */
const CANDIDATES: readonly [name: string, options: Omit<NetworkTraceOptions, "rows" | "preset">][] =
  [
    ["one pace for all episodes (24 and 26 min)", {
      dynamics: { onset: 10, recovery: 12, episodes: paced([24, 24, 24], [26, 26, 26]) },
    }],
    ["paces far apart (44/28/18, 18/26/36)", {
      dynamics: { onset: 10, recovery: 12, episodes: paced([44, 28, 18], [18, 26, 36]) },
    }],
    ["chosen paces, steeper falls and returns (10, 12 min)", {
      dynamics: { onset: 10, recovery: 12 },
    }],
    ["flatter day (dayLoad 1.0)", { dynamics: { dayLoad: 1 } }],
    ["rarer episodes (idle 120 min)", { dynamics: { idle: 120 } }],
    ["quicker level (levelPhi 0.99)", { dynamics: { levelPhi: 0.99 } }],
    ["twice the noise", {
      dynamics: { noise: { throughput: 0.03, rtt: 0.024, loss: 0.04, jitter: 0.04 } },
    }],
    ["chosen", {}],
    ["chosen, dc and Premium", { link: "dc", tier: "Premium" }],
    ["chosen, wan and Economy", { link: "wan", tier: "Economy" }],
  ];

function main(): void {
  for (const [preset, horizon] of [["v1", 1], ["lownoise", 1], ["v2", 15]] as const) {
    const cards = keys(PRESET_KEYS).map((key) => scorecard(key, { preset, rows: ROWS }, horizon));
    const rows = (Object.keys(cards[0]!) as (keyof typeof cards[0])[]).map((name) => {
      const scores = cards.map((card) => card[name]);
      const skill = scores.map(({ error }, i) => 1 - cards[i]!.ceiling.error / error);
      return [name, ...cells(scores), name === "ceiling" ? "" : range(skill, 3)];
    });
    print(
      `${preset}, horizon ${horizon}, ${PRESET_KEYS} keys`,
      ["predictor", "mean r", "mean MAPE %", "error", "skill of the ceiling over it"],
      rows,
    );
  }
  const filtered = keys(FILTER_KEYS)
    .map((key) => filterScore(key, { preset: "v2", rows: ROWS }, 15, FILTER_STRIDE));
  print(
    `v2, horizon 15, every ${FILTER_STRIDE}th test window, ${FILTER_KEYS} keys`,
    ["predictor", "mean r", "mean MAPE %", "error"],
    (["ceiling", "filter"] as const).map((name) => [
      name,
      ...cells(filtered.map((scores) => scores[name])),
    ]),
  );
  const rows = CANDIDATES.map(([name, options]) => {
    const cards = keys(CANDIDATE_KEYS)
      .map((key) => scorecard(key, { preset: "v2", rows: ROWS, ...options }, 15));
    return [
      name,
      ...(["ceiling", "persistence", "lookup", "ridge"] as const)
        .map((predictor) => range(cards.map((card) => card[predictor].correlation), 3)),
      range(cards.map((card) => card.ceiling.mape), 2),
      range(cards.map((card) => 1 - card.ceiling.error / card.ridge.error), 3),
    ];
  });
  print(
    `v2 candidates, horizon 15, ${CANDIDATE_KEYS} keys`,
    [
      "candidate",
      "ceiling r",
      "persistence r",
      "lookup r",
      "ridge r",
      "ceiling MAPE %",
      "ceiling's skill over ridge",
    ],
    rows,
  );
}

function keys(count: number) {
  return Array.from({ length: count }, (_, i) => rootKey(i + 1).key("data"));
}

function cells(scores: readonly Score[]): string[] {
  return [
    range(scores.map(({ correlation }) => correlation), 4),
    range(scores.map(({ mape }) => mape), 2),
    range(scores.map(({ error }) => error), 4),
  ];
}

/** Mean and, in brackets, smallest and largest. */
function range(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${mean.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

function print(title: string, head: string[], rows: string[][]): void {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(`${title}\n\n${lines.join("\n")}\n`);
}

if (import.meta.main) main();
