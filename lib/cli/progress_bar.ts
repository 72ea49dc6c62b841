/**
 * Progress on stderr: a live bar on a terminal, a plain line every few seconds when piped.
 *
 * @module
 */

import cliProgress, { type SingleBar } from "cli-progress";
import { seconds } from "../run/clock.ts";
import type { Progress } from "../run/progress.ts";
import type { Finding } from "../train/monitors/types.ts";
import type { Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

/** A {@linkcode Progress} that must be stopped before other output. */
export interface ProgressBar extends Progress {
  stop(): void;
}

/** Seconds from one plain line to the next. */
const linePeriod = 5;

/** Shows progress on the standard error stream. */
export function progressBar(streams: Streams): ProgressBar {
  return streams.terminal ? liveBar(streams) : plainLines(streams);
}

function liveBar(streams: Streams): ProgressBar {
  let bar: SingleBar | null = null;
  let current = "";
  const stop = () => {
    bar?.stop();
    bar = null;
    current = "";
  };
  return {
    stop,
    note(text) {
      stop();
      streams.err(text);
    },
    finding(label, finding) {
      stop();
      streams.err(findingText(label, finding));
    },
    advance(label, done, total, detail) {
      if (label !== current) {
        stop();
        current = label;
        bar = new cliProgress.SingleBar({
          format: "{label} {bar} {percentage}% {detail}",
          barsize: 24,
          barCompleteChar: "=",
          barIncompleteChar: "-",
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false, // it would swallow the first Ctrl-C
        });
        bar.start(total, done, { label, detail });
      } else bar?.update(done, { label, detail });
    },
  };
}

function plainLines(streams: Streams): ProgressBar {
  let saidAt = seconds();
  return {
    stop() {},
    note: streams.err,
    finding: (label, finding) => streams.err(findingText(label, finding)),
    advance(label, done, total, detail) {
      if (seconds() - saidAt < linePeriod) return;
      saidAt = seconds();
      streams.err(`${label} · ${Math.floor(100 * done / total)} % · ${detail}`);
    },
  };
}

function findingText(label: string, { severity, rule, evidence, advice }: Finding): string {
  return wrapParagraph(`${label} · ${severity}: ${rule}. ${evidence} ${advice}`);
}
