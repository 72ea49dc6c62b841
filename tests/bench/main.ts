/**
 * `deno task bench`: training steps of Assay beside those of its rivals. See README.md here.
 *
 * @module
 */

import { cpus } from "node:os";
import { fromFileUrl } from "@std/path";
import { alignTable } from "../../lib/cli/text.ts";
import { InputError } from "../../lib/numeric/errors.ts";
import { type Case, LEARNING_RATE } from "./cases.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { CannotRun } from "./protocol.ts";
import {
  bestSetting,
  markdownTable,
  type Result,
  summarise,
  tableRows,
  withSection,
} from "./results.ts";
import { commandOf, entries, type Entry, systemNames } from "./systems.ts";
import { WorkerProcess } from "./worker_process.ts";

/** Turns that the contestants of a case take, so that a noisy minute hits all of them. */
const ROUNDS = 4;
/** A read-back takes 11 ms on WebGPU under Deno and next to nothing elsewhere: a block hides it. */
const BLOCK_MS = { wasm: 20, webgpu: 400 } as const;
const WARM_UP_MS = 300;

const resultsFile = fromFileUrl(new URL("./RESULTS.md", import.meta.url));

/** What a run of the bench found. */
interface Findings {
  readonly results: readonly Result[];
  /** What computed, by system. */
  readonly about: ReadonlyMap<string, string>;
  /** Settings found best and cases left out, a sentence each. */
  readonly notes: readonly string[];
}

/** A worker that is ready, and what it has measured. */
interface Contestant {
  readonly entry: Entry;
  readonly worker: WorkerProcess;
  /** By setting. */
  readonly times: Map<string, number[]>;
}

async function bench(options: Options): Promise<Findings> {
  const results: Result[] = [];
  const about = new Map<string, string>();
  const notes: string[] = [];
  for (const one of options.cases) {
    const note = (entry: Entry, text: string) => {
      const sentence = `${one.name}, ${nameOf(entry)}: ${text}`;
      notes.push(sentence);
      print(Deno.stderr, sentence);
    };
    await using stack = new AsyncDisposableStack();
    const contestants: Contestant[] = [];
    for (const entry of entries(options.systems, options.backend, navigator.hardwareConcurrency)) {
      await unlessItCannot(entry, note, async () => {
        const worker = stack.use(new WorkerProcess(commandOf(entry.system)));
        const ready = await worker.start(taskOf(one, entry));
        about.set(entry.system, ready.about);
        contestants.push({ entry, worker, times: new Map() });
      });
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { entry, worker, times } of contestants) {
        await unlessItCannot(entry, note, async () => {
          for (const run of await worker.measure(options.seconds / ROUNDS)) {
            times.set(run.setting, [...times.get(run.setting) ?? [], ...run.times]);
          }
        });
      }
    }
    for (const { entry, times } of contestants) {
      if (times.size === 0) continue;
      const setting = bestSetting(times);
      if (times.size > 1) note(entry, `best with ${setting}`);
      const result = summarise(one.name, entry, times.get(setting)!);
      results.push(result);
      if (options.json) print(Deno.stdout, JSON.stringify(result));
      else print(Deno.stderr, `${one.name}, ${nameOf(entry)}: ${result.median_ms} ms`);
    }
  }
  return { results, about, notes };
}

/** Runs `attempt`; where the contestant cannot, the reason is a note. */
async function unlessItCannot(
  entry: Entry,
  note: (entry: Entry, text: string) => void,
  attempt: () => Promise<void>,
): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    note(entry, `left out, ${error.message}`);
  }
}

function taskOf(one: Case, { backend, threads }: Entry) {
  return {
    case: one,
    backend,
    threads,
    learningRate: LEARNING_RATE,
    blockMs: BLOCK_MS[backend],
    warmUpMs: WARM_UP_MS,
  };
}

function nameOf({ system, threads }: Entry): string {
  return threads === null ? system : `${system} x${threads}`;
}

/** Writes the findings over this machine's last ones. */
async function renewResults({ results, about, notes }: Findings, options: Options): Promise<void> {
  const machine = `${cpus()[0]!.model.trim()}, ${navigator.hardwareConcurrency} threads`;
  const body = [
    `${new Date().toISOString().slice(0, 10)}, \`deno task bench --backend ${options.backend} ` +
    `--seconds ${options.seconds} --write\`, Deno ${Deno.version.deno} (V8 ${Deno.version.v8}).`,
    [...about].map(([system, text]) => `${system}: ${text}`).join(" · "),
    markdownTable(tableRows(results, systemNames)),
    notes.map((note) => `- ${note}`).join("\n"),
  ].join("\n\n");
  const title = `${options.backend}: ${machine}`;
  const text = await Deno.readTextFile(resultsFile);
  await Deno.writeTextFile(resultsFile, withSection(text, title, body));
}

function print(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  stream.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  try {
    const options = parseOptions(Deno.args);
    if (options.help) print(Deno.stdout, usage);
    else {
      const findings = await bench(options);
      if (!options.json) {
        const rows = tableRows(findings.results, options.systems);
        print(Deno.stdout, alignTable(rows, rows[0]!.map((_, column) => column).slice(1)));
      }
      if (options.write) await renewResults(findings, options);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    print(Deno.stderr, error.message);
    Deno.exit(2);
  }
}
