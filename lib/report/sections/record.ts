/**
 * What lies behind the numbers: findings, configuration, provenance, digests, and the commands that
 * bring them back.
 *
 * @module
 */

import type { Manifest, Result, Summary } from "../../run/schema.ts";
import { chosen, duration } from "../format.ts";
import { type Html, markup, type Piece } from "../html.ts";
import { none, scrolling, section } from "./marks.ts";

interface Recorded {
  readonly manifest: Manifest;
  readonly result: Result;
}

const severities = ["error", "warning", "info"] as const;

/** What the training monitors noticed, the same finding of several seeds once. */
export function findingsSection(results: readonly Result[]): Html {
  const found = new Map<string, { finding: Result["findings"][number]; seeds: number[] }>();
  for (const { seed, findings } of results) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.rule, finding.evidence]);
      const known = found.get(key);
      if (known) known.seeds.push(seed);
      else found.set(key, { finding, seeds: [seed] });
    }
  }
  const sorted = severities.flatMap((severity) =>
    [...found.values()].filter(({ finding }) => finding.severity === severity)
  );
  return section(
    "findings",
    "Findings",
    sorted.length === 0
      ? markup`<p>The training monitors noticed nothing.</p>`
      : markup`<ul class="findings">${
        sorted.map(({ finding: { rule, severity, evidence, advice }, seeds }) =>
          markup`<li><p><span class="severity ${severity}">${severity}</span> <b>${rule}</b> ${
            results.length > 1 && markup`<span class="quiet">${seedList(seeds)}</span>`
          }</p><p>${evidence} ${advice}</p></li>
`
        )
      }</ul>`,
  );
}

/** Every value of the configuration; a value that differs between the runs shows all of them. */
export function configSection(results: readonly Result[]): Html | null {
  const names = [...new Set(results.flatMap(({ config }) => Object.keys(config)))].sort();
  if (names.length === 0) return null;
  return section(
    "configuration",
    "Configuration",
    terms(
      "config",
      names.map((name) => {
        const values = [...new Set(results.map(({ config }) => shown(config[name])))];
        return [name, values.join(" | ")];
      }),
    ),
  );
}

/** Where the runs come from; `links` says whether each has a folder beside this page. */
export function provenanceSection(
  summary: Summary,
  runs: readonly Recorded[],
  links: boolean,
): Html {
  const known = new Map(runs.map((run) => [run.result.runId, run]));
  const heads = [
    "seed",
    "run",
    "contract",
    "backend",
    "numerics",
    "device",
    "started (UTC)",
    "took",
  ];
  const rows = summary.runs.map(({ seed, runId }) => {
    const run = known.get(runId);
    return markup`<tr><th scope="row">${seed}</th>${
      runCells(runId, run, links).map((cell) => markup`<td class="text">${cell}</td>`)
    }</tr>
`;
  });
  const table = markup`<table class="grid text">
<caption>Runs</caption>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table>`;
  const [first] = runs;
  return section(
    "provenance",
    "Provenance",
    scrolling("Runs", table),
    first !== undefined && terms("config wide", environment(first.manifest)),
  );
}

function runCells(runId: string, run: Recorded | undefined, links: boolean): Piece[] {
  const id = markup`<code>${runId}</code>`;
  if (!run) {
    return [id, ...Array.from({ length: 6 }, () => none("The run's files could not be read"))];
  }
  const { contract: { promise, backend, numerics, device }, seconds } = run.result;
  const linked =
    markup`<a href="${runId}/report.html">${id}</a> <a href="${runId}/result.json">result</a> <a href="${runId}/manifest.json">manifest</a>`;
  const started = run.manifest.startedAt.slice(0, 16).replace("T", " ");
  return [
    links ? linked : id,
    promise,
    backend,
    numerics,
    device,
    started,
    duration(seconds.total),
  ];
}

function environment(manifest: Manifest): [string, string][] {
  const { git, inputs, versions, adapter, selfTest, identity } = manifest;
  const list = (record: Readonly<Record<string, unknown>>) =>
    Object.keys(record).sort().map((name) => `${name} ${shown(record[name])}`).join(" · ") ||
    "none";
  const commit = git === null
    ? "not in a git checkout"
    : git.commit + (git.dirty ? ", modules changed since" : "");
  return [
    ["commit", commit],
    ["inputs", list(inputs)],
    ["versions", list(versions)],
    ["adapter", adapter === null ? "none: not on a GPU" : list(adapter)],
    ["self-test", list(selfTest)],
    ["dependencies", list(identity.dependencies)],
    [
      "modules",
      Object.keys(identity.modules).sort()
        .map((name) => `${name} ${identity.modules[name]!.slice(0, 12)}`).join(" · ") || "none",
    ],
  ];
}

/** A list of terms and their values. */
function terms(kind: string, entries: readonly (readonly [string, string])[]): Html {
  return markup`<dl class="${kind}">${
    entries.map(([term, value]) =>
      markup`<div><dt>${term}</dt><dd>${value}</dd></div>
`
    )
  }</dl>`;
}

/** SHA-256 digests of what each run consumed and produced. */
export function digestsSection({ runs }: Summary): Html {
  const bodies = runs.map(({ seed, digests }) =>
    markup`<tbody>${
      (["data", "weights", "history"] as const).map((name, i) =>
        markup`<tr>${
          i === 0 && markup`<th scope="rowgroup" rowspan="3">${seed}</th>`
        }<th scope="row">${name}</th><td class="text"><code>${digests[name]}</code></td></tr>
`
      )
    }</tbody>`
  );
  return section(
    "digests",
    "Digests",
    markup`<p class="note">SHA-256 of the data a run learned from, of the weights it ended with and of its training history.</p>`,
    scrolling(
      "Digests",
      markup`<table class="grid text">
<caption>Digests by seed</caption>
<thead><tr><th scope="col">seed</th><th scope="col">of</th><th scope="col">SHA-256</th></tr></thead>
${bodies}</table>`,
    ),
  );
}

/** The commands that run it again and compare. */
export function reproduceSection(summary: Summary, runs: readonly Recorded[]): Html {
  const commands = [...new Set(runs.map(({ manifest }) => manifest.command))];
  const deno = runs[0]?.manifest.versions.deno;
  const bare = commands.filter((command) => command.startsWith("deno ") && deno)
    .map((command) => `npx -y deno@${deno} ${command.slice("deno ".length)}`);
  const block = (lines: readonly string[]) =>
    markup`<pre tabindex="0"><code>${lines.join("\n")}</code></pre>`;
  return section(
    "reproduce",
    "Reproduce",
    commands.length > 0 && markup`<p>The command that made this:</p>${block(commands)}`,
    bare.length > 0 && markup`<p>The same on a machine without Deno:</p>${block(bare)}`,
    markup`<p>To run again from the manifest and compare digests:</p>${
      block(summary.runs.map(({ runId }) => `deno task verify ${runId}`))
    }`,
  );
}

function shown(value: unknown): string {
  if (typeof value === "number") return chosen(value);
  if (typeof value === "string") return value;
  if (value === undefined) return "not set";
  if (Array.isArray(value)) return value.length === 0 ? "empty" : value.map(shown).join(", ");
  return value === null ? "none" : JSON.stringify(value);
}

function seedList(seeds: readonly number[]): string {
  return `seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}`;
}
