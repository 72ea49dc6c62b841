/**
 * The live page: its frame, and what stands in it at a moment.
 *
 * The frame is sent once, what stands in it whenever it has changed; a script brings the page up to it in
 * place, so that focus, selection and what was opened stay.
 *
 * @module
 */

import { count, duration, measured } from "../report/format.ts";
import { htmlDocument } from "../report/document.ts";
import { type Html, markup } from "../report/html.ts";
import {
  badge,
  baseline,
  boundText,
  cards,
  mean,
  metricName,
  noCeiling,
  none,
  number,
} from "../report/sections/marks.ts";
import { chartsOf } from "./charts.ts";
import { figuresOf } from "./figures.ts";
import type { StandingTarget } from "./standing.ts";
import { watchStyle } from "./style.ts";
import { type FolderView, type GroupView, runKey, type View } from "./view.ts";
import type { RunState, WatchedRun } from "./watched_run.ts";

/** Groups of a profile of which all is shown; of more, targets and findings are folded. */
const MOST_OPEN = 2;

/** The page before anything is known; `title` says what is watched. */
export async function renderFrame(title: string): Promise<string> {
  return await htmlDocument({
    title: `Assay: ${title}, live`,
    live: true,
    served: {
      script: await Deno.readTextFile(new URL("./page_script.js", import.meta.url)),
      style: watchStyle,
      footer:
        markup`<p>Served by <code>deno task watch</code> on this machine only. It reads what runs write, and
changes nothing.</p>`,
    },
    head: markup`<p class="kicker"><span><b>Assay</b> · live</span>
<span class="line"><span role="status"><span class="dot" aria-hidden="true"></span> <span id="line-text">Connecting</span></span>
<button type="button" id="pause" aria-pressed="false">Pause updates</button></span></p>
<h1>${title}</h1>
<p class="said" id="said" role="log" aria-live="polite" aria-label="What has happened"></p>
`,
    body: markup`<p class="lead">Looking for runs.</p>`,
  });
}

/** What stands in the page. */
export function renderView({ folders }: View): Html {
  if (folders.length === 0) {
    return markup`<section class="verdict quiet" aria-labelledby="state">
<h2 id="state">Nothing yet</h2>
<div><p>No run has begun. This page waits: give a command such as <code>deno task experiment</code> in another
terminal, and its runs show here.</p></div></section>`;
  }
  const runs = folders.flatMap(({ groups }) => groups.flatMap(({ runs }) => runs));
  return markup`${stateSection(runs)}${folders.map(folderSection)}`;
}

/** How many runs stand how, in words: for the head of the page and the title of its window. */
export function headline(runs: readonly WatchedRun[]): string {
  const states = Map.groupBy(runs, ({ state }) => state);
  const first = stateNames.find((state) => states.has(state));
  return first === undefined ? "Nothing yet" : `${states.get(first)!.length} ${first}`;
}

function stateSection(runs: readonly WatchedRun[]): Html {
  const states = Map.groupBy(runs, ({ state }) => state);
  const running = states.get("running")?.length ?? 0;
  const findings = runs.reduce(
    (sum, { result, findings }) => sum + (result?.findings ?? findings).length,
    0,
  );
  const facts = [
    ...stateNames.filter((state) => states.has(state) || alwaysCounted.includes(state))
      .map((state) => [capital(state), `${states.get(state)?.length ?? 0}`]),
    ["Findings", `${findings}`],
  ];
  return markup`<section class="verdict ${running > 0 ? "live" : "quiet"}" aria-labelledby="state">
<h2 id="state">${running > 0 && markup`<span class="dot" aria-hidden="true"></span>`}<span>${
    headline(runs)
  }</span></h2>
<div><p>${
    running > 0
      ? "Curves and numbers follow what the runs write; targets are judged over the seeds that have finished."
      : "No run is in progress. The page goes on when one begins."
  }</p></div>
<dl class="facts">${
    facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)
  }</dl>
</section>
`;
}

function folderSection(folder: FolderView): Html {
  const { experiment, profile, title, note, groups, others } = folder;
  const id = `runs-${experiment}-${profile}`;
  const open = groups.length <= MOST_OPEN;
  return markup`<section class="folder" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="sub">${experiment} · profile ${profile}</p>
${note !== null && markup`<p class="note warn-note">${note}</p>`}
${figuresOf(chartsOf(folder), id)}
${groups.map((group, i) => groupSection(folder, group, `${id}-${i + 1}`, open))}
${
    others > 0 &&
    markup`<p class="note others">${
      count(others, "complete run")
    } of this profile, older or of other code, ${others === 1 ? "is" : "are"} not shown.</p>`
  }
</section>
`;
}

function groupSection(folder: FolderView, group: GroupView, id: string, open: boolean): Html {
  const { label, runs, targets, seedsAsked } = group;
  const finished = runs.filter(({ state }) => state === "finished").length;
  const asked = Math.max(seedsAsked ?? 0, runs.length);
  const name = label === "" ? "Runs" : label;
  const parts = [
    targets && targets.length > 0 ? targetsPart(targets, finished, asked, open) : null,
    findingsPart(runs, open),
  ];
  return markup`<section class="group" aria-labelledby="${id}-title">
<h3 id="${id}-title">${name}</h3>
<p class="sub">${finished} of ${count(asked, "seed")} finished${
    targets && targets.length > 0 && `; targets ${metText(targets)}`
  }</p>
${
    cards(
      label === "" ? "Runs" : `Runs with ${label}`,
      ["Run", "State", "Where it is", "Last number", "Time"],
      runs.map((run) => runCells(folder, run)),
    )
  }
${parts}</section>
`;
}

function runCells(folder: FolderView, run: WatchedRun): Html[] {
  const { id, seed, state, last, problem, unreadable, result, heardAt } = run;
  return [
    markup`<span id="${runKey(folder, run)}">Seed ${seed}</span> <code class="sub">${id}</code>`,
    markup`${stateBadge(state)}${problem !== null && markup`<span class="sub">${problem}</span>`}${
      unreadable > 0 &&
      markup`<span class="sub">${count(unreadable, "line")} of its log cannot be read and ${
        unreadable === 1 ? "is" : "are"
      } left out</span>`
    }`,
    last === null
      ? none("It has logged no number yet")
      : markup`<span class="num">step ${measured(last.step)}</span>${
        last.epoch !== undefined && markup` <span class="sub num">epoch ${last.epoch}</span>`
      }`,
    last === null
      ? none("It has logged no number yet")
      : markup`<span class="num">${
        last.value === null ? "not a number" : measured(last.value)
      }</span> <span class="sub">${metricName(last.tag)}</span>`,
    result !== null
      ? markup`<span class="num">took ${duration(result.seconds.total)}</span>`
      : heardAt === null
      ? none("It has written nothing yet")
      : markup`heard ${since(heardAt)}`,
  ];
}

/** A moment; the page's script says how long ago it was. */
function since(milliseconds: number): Html {
  const iso = new Date(milliseconds).toISOString();
  return markup`<time class="num" datetime="${iso}" data-since="${iso}">${
    iso.slice(11, 19)
  } UTC</time>`;
}

function targetsPart(
  targets: readonly StandingTarget[],
  finished: number,
  asked: number,
  open: boolean,
): Html {
  const table = cards(
    "Targets as they stand",
    ["Metric and reason", "Measured so far", "Bound", "Ceiling", "Best baseline", "So far"],
    targets.map(({ target: { metric, bound, because }, judged }) => [
      markup`${metricName(metric)}<span class="sub">${because}</span>`,
      judged === null
        ? none("No seed has finished")
        : mean(judged.value, judged.interval, judged.unit),
      markup`<span class="num">${boundText(bound, judged?.unit ?? "")}</span>`,
      judged === null ? none("No seed has finished") : number(
        judged.ceiling,
        judged.unit,
        noCeiling,
      ),
      judged === null ? none("No seed has finished") : baseline(judged.bestBaseline, judged.unit),
      badge(judged?.verdict ?? "not yet"),
    ]),
  );
  return folded(
    "Targets as they stand",
    markup`<p class="note">${
      finished === 0
        ? "No seed has finished: nothing can be judged yet."
        : finished < asked
        ? `Judged over ${
          count(finished, "seed")
        } of ${asked}. What follows may change every verdict.`
        : `Judged over all ${count(finished, "seed")}.`
    }</p>${table}`,
    open,
  );
}

/** Such as `2 of 3 met so far`. */
function metText(targets: readonly StandingTarget[]): string {
  if (targets.every(({ judged }) => judged === null)) return "not judged yet";
  const met = targets.filter(({ judged }) => judged?.verdict === "pass").length;
  return `${met} of ${targets.length} met so far`;
}

function findingsPart(runs: readonly WatchedRun[], open: boolean): Html | null {
  const items = runs.flatMap((run) => {
    const seed = markup`<span class="quiet">seed ${run.seed}</span>`;
    if (run.result !== null) {
      return run.result.findings.map(({ rule, severity, evidence, advice }) =>
        markup`<li><p><span class="severity ${severity}">${severity}</span> <b>${rule}</b> ${seed}</p><p>${evidence} ${advice}</p></li>`
      );
    }
    return run.findings.map(({ loop, rule, step, epoch }) =>
      markup`<li><p><b>${rule}</b> ${seed}</p><p>Noticed in <code>${loop}</code> after step ${step}${
        epoch !== null && `, epoch ${epoch}`
      }. Evidence and advice stand on the terminal of the run, and here when it has finished.</p></li>`
    );
  });
  if (items.length === 0) return null;
  return folded(
    `Findings: ${items.length}`,
    markup`<ul class="findings">${items}</ul>`,
    open,
  );
}

/** A part that can be folded; whether it is, is the reader's from then on. */
export function folded(title: string, content: Html, open: boolean): Html {
  return markup`<details class="fold"${
    open && markup` open`
  }><summary>${title}</summary>${content}</details>
`;
}

/** The look of a state, in the order in which they are counted. Shape tells where colour does not. */
const stateMarks: Readonly<Record<RunState, readonly [tone: string, path: string]>> = {
  running: ["live", "M5 3.500v9l7.500-4.500z"],
  stopped: ["warn", "M5.500 4v8M10.500 4v8"],
  failed: ["bad", "M4 4l8 8M12 4l-8 8"],
  unreadable: ["bad", "M8 3.500v5.500M8 12.200v.2"],
  removed: ["quiet", "M4 8h8"],
  finished: ["good", "M3 8.500l3.400 3.400L13 4.800"],
};

const stateNames = Object.keys(stateMarks) as RunState[];
const alwaysCounted: readonly RunState[] = ["running", "finished"];

function stateBadge(state: RunState): Html {
  const [tone, path] = stateMarks[state];
  return markup`<span class="badge ${tone}"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>${state}</span>`;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
