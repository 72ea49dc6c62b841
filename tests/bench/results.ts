/**
 * The figures as lines, as a table, and as a section of RESULTS.md.
 *
 * @module
 */

import { aimOf } from "./aims.ts";
import type { Entry, SystemName } from "./systems.ts";
import { percentile } from "./timing.ts";

/** The figure of a case and a contestant: milliseconds a step, over blocks of steps. */
export interface Result extends Entry {
  readonly case: string;
  readonly median_ms: number;
  readonly p10_ms: number;
  readonly p90_ms: number;
}

/** The setting with the lowest median, of settings that have times. */
export function bestSetting(times: ReadonlyMap<string, readonly number[]>): string {
  return [...times.keys()]
    .reduce((a, b) => percentile(times.get(b)!, 0.5) < percentile(times.get(a)!, 0.5) ? b : a);
}

/** Sums up what was measured. */
export function summarise(name: string, entry: Entry, times: readonly number[]): Result {
  const { system, backend, threads } = entry;
  // Five digits are more than a clock on a shared machine gives.
  const ms = (share: number) => Number(percentile(times, share).toPrecision(5));
  return {
    case: name,
    system,
    backend,
    threads,
    median_ms: ms(0.5),
    p10_ms: ms(0.1),
    p90_ms: ms(0.9),
  };
}

/**
 * Rows of text, a head first: a row for each case and number of threads, the median (and the tenth and
 * ninetieth percentile) of each system, the times that we are faster than tfjs and the times that we take
 * of PyTorch, on all cores with what we aim for. A system with one figure a case is compared with it in
 * every row.
 */
export function tableRows(results: readonly Result[], systems: readonly SystemName[]): string[][] {
  const rivals = [
    {
      head: "tfjs / assay",
      ratio: (find: Find, all: boolean) => quotient(find("tfjs"), find("assay"), "tfjs", all),
    },
    {
      head: "assay / torch",
      ratio: (find: Find, all: boolean) => quotient(find("assay"), find("torch"), "torch", all),
    },
  ].filter((_, i) => systems.includes("assay") && systems.includes(i === 0 ? "tfjs" : "torch"));
  const head = [
    "case",
    "threads",
    ...systems.map((system) => `${system} ms`),
    ...rivals.map(({ head }) => head),
  ];
  const rows = [...new Set(results.map((result) => result.case))].flatMap((name) => {
    const own = results.filter((result) => result.case === name);
    const threads = [...new Set(own.map(({ threads }) => threads))]
      .sort((a, b) => (a ?? 0) - (b ?? 0));
    return threads.map((count) => {
      const find = (system: SystemName) => {
        const figures = own.filter((result) => result.system === system);
        return figures.find(({ threads }) => threads === count) ??
          (figures.length === 1 ? figures[0] : undefined);
      };
      return [
        name,
        count === null ? "" : String(count),
        ...systems.map((system) => cell(find(system), count)),
        ...rivals.map(({ ratio }) => ratio(find, count === threads.at(-1))),
      ];
    });
  });
  return [head, ...rows];
}

type Find = (system: SystemName) => Result | undefined;

function cell(result: Result | undefined, threads: number | null): string {
  if (result === undefined || result.threads !== threads) return "–";
  const [median, low, high] = [result.median_ms, result.p10_ms, result.p90_ms].map(milliseconds);
  return `${median} (${low}–${high})`;
}

function quotient(
  a: Result | undefined,
  b: Result | undefined,
  rival: "tfjs" | "torch",
  allCores: boolean,
): string {
  if (!a || !b) return "–";
  const ratio = a.median_ms / b.median_ms;
  const aim = allCores ? aimOf(a.case, a.backend)[rival] : undefined;
  if (aim === undefined) return ratio.toFixed(2);
  const met = rival === "tfjs" ? ratio >= aim : ratio <= aim;
  return `${ratio.toFixed(2)} (${rival === "tfjs" ? "≥" : "≤"} ${aim}: ${met ? "met" : "missed"})`;
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** Rows as a Markdown table, numbers to the right. */
export function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head!),
    line(head!.map((_, column) => column === 0 ? "---" : "---:")),
    ...rows.map(line),
  ].join("\n");
}

/** A text of `##` sections with one of them renewed, or added behind the others. */
export function withSection(text: string, title: string, body: string): string {
  const [intro, ...sections] = text.trimEnd().split(/^(?=## )/m);
  const section = `## ${title}\n\n${body.trimEnd()}\n`;
  const at = sections.findIndex((own) => own.startsWith(`## ${title}\n`));
  if (at >= 0) sections[at] = section;
  else sections.push(section);
  return [intro!, ...sections].map((part) => part.trimEnd()).join("\n\n") + "\n";
}
