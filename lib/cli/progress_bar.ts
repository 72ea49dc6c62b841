/**
 * Progress on stderr: live bars on a terminal, one for each run in progress and one for all of them; a
 * plain line every few seconds when piped.
 *
 * @module
 */

import cliProgress, { type MultiBar } from "cli-progress";
import { type JobsProgress, named } from "../launch/job.ts";
import { seconds } from "../run/clock.ts";
import type { Finding } from "../train/monitors/types.ts";
import type { Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

/** A {@linkcode JobsProgress} that must be stopped before other output. */
export interface ProgressBar extends JobsProgress {
  stop(): void;
}

/** Seconds from one plain line to the next. */
const linePeriod = 5;
/** Runs in progress that are shown; the rest is counted. */
const mostShown = 12;

/** Where a run is in a piece of its work. */
interface Position {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly detail: string;
}

/** How many of all runs have ended. */
interface Overall {
  readonly ended: number;
  readonly of: number;
}

/** A way to show where everything is. */
interface Screen {
  show(positions: readonly Position[], overall: Overall | null): void;
  stop(): void;
}

/** Shows progress on the standard error stream; `clock` says the seconds from any fixed moment. */
export function progressBar(streams: Streams, clock = seconds): ProgressBar {
  const screen = streams.terminal ? liveBars() : plainLines(streams, clock);
  // In the order in which the runs began; a run that has not told its position has none.
  const runs = new Map<symbol, Position | null>();
  let overall: Overall | null = null;
  const show = () => {
    const positions = [...runs.values()].filter((position) => position !== null);
    if (positions.length > 0 || overall !== null) screen.show(positions, overall);
    else screen.stop();
  };
  const note = (text: string) => {
    screen.stop();
    streams.err(text);
    if (streams.terminal) show();
  };
  return {
    stop: screen.stop,
    note,
    job(name) {
      const run = Symbol(name);
      runs.set(run, null);
      return {
        note: (text) => note(named(name, text)),
        finding: (label, finding) => note(findingText(named(name, label), finding)),
        advance(label, done, total, detail) {
          runs.set(run, { label: named(name, label), done, total, detail });
          show();
        },
        [Symbol.dispose]() {
          runs.delete(run);
          if (streams.terminal) show();
        },
      };
    },
    total(ended, of) {
      overall = ended < of ? { ended, of } : null;
      if (streams.terminal) show();
    },
  };
}

function liveBars(): Screen {
  let drawn: { readonly bars: MultiBar; readonly labels: string } | null = null;
  const stop = () => {
    drawn?.bars.stop();
    drawn = null;
  };
  return {
    stop,
    show(positions, overall) {
      const shown = positions.slice(0, mostShown);
      const lines = [
        ...shown.map(({ label, done, total, detail }) => ({ label, done, total, detail })),
        ...(overall === null ? [] : [totalLine(overall, positions.length - shown.length)]),
      ];
      const labels = lines.map(({ label }) => label).join("\n");
      if (drawn?.labels !== labels) {
        stop();
        const bars = newBars();
        for (const { label, done, total, detail } of lines) {
          bars.create(total, done, { label, detail });
        }
        drawn = { bars, labels };
      } else {
        lines.forEach(({ label, done, detail }, i) =>
          drawn!.bars.bars[i]!.update(done, { label, detail })
        );
      }
      // A run in this process leaves the bars' own timer little time.
      drawn.bars.update();
    },
  };
}

function newBars(): MultiBar {
  return new cliProgress.MultiBar({
    format: "{label} {bar} {percentage}% {detail}",
    barsize: 24,
    barCompleteChar: "=",
    barIncompleteChar: "-",
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false, // it would swallow the first Ctrl-C
  });
}

function totalLine({ ended, of }: Overall, hidden: number): Position {
  const more = hidden > 0 ? ` · ${hidden} more in progress` : "";
  return { label: "all runs", done: ended, total: of, detail: `${ended} of ${of}${more}` };
}

function plainLines(streams: Streams, clock: () => number): Screen {
  let saidAt = clock();
  return {
    stop() {},
    show(positions, overall) {
      if (clock() - saidAt < linePeriod) return;
      saidAt = clock();
      streams.err(overall === null ? lineOf(positions.at(-1)!) : lineOfAll(positions, overall));
    },
  };
}

function lineOf({ label, done, total, detail }: Position): string {
  return `${label} · ${percent(done, total)} · ${detail}`;
}

function lineOfAll(positions: readonly Position[], { ended, of }: Overall): string {
  const shown = positions.slice(0, mostShown);
  const hidden = positions.length - shown.length;
  return [
    `${ended} of ${of} runs done`,
    ...shown.map(({ label, done, total }) => `${label} ${percent(done, total)}`),
    ...(hidden > 0 ? [`${hidden} more in progress`] : []),
  ].join("; ");
}

function percent(done: number, total: number): string {
  return `${Math.floor(100 * done / total)} %`;
}

function findingText(label: string, { severity, rule, evidence, advice }: Finding): string {
  return wrapParagraph(`${label} · ${severity}: ${rule}. ${evidence} ${advice}`);
}
