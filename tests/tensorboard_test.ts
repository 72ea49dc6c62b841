/**
 * What `--tensorboard` writes is what the run logged, to readers that are not ours: one that knows the formats'
 * descriptions only, and TensorBoard's own; live, afterwards, and over interruptions.
 */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { readEvents } from "../lib/run/events.ts";
import { historiesIn } from "../lib/run/history.ts";
import { resultSchema } from "../lib/run/schema.ts";
import { inProcess, withFolder } from "./command_line.ts";
import {
  command,
  contents,
  entries,
  filesOf,
  finish,
  folderOf,
  stopAt,
} from "./interrupted_runs.ts";

/** The interpreter of Debian's packages; `own` needs nothing else. */
const python = "/usr/bin/python3";
const script = fromFileUrl(new URL("read_tfevents.py", import.meta.url));
const data = (name: string) => join(root, "tests", "testdata", name);

function runs(code: string): boolean {
  try {
    return new Deno.Command(python, { args: ["-c", code], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** What TensorBoard shows of one of its runs. A number that is not finite is a text. */
interface Shown {
  readonly scalars: Readonly<Record<string, readonly (readonly [number, number | string])[]>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly session: Readonly<Record<string, unknown>>;
}

/** What a reader finds in a reports folder, by TensorBoard's runs. */
async function shownIn(out: string, reader = "own"): Promise<Record<string, Shown>> {
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [script, reader, join(out, "tensorboard")],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The folder of the one run of an experiment, and its result. */
async function runIn(out: string, experiment: string) {
  const profile = join(out, experiment, "quick");
  const [id, ...others] = entries(profile).filter((name) => /^[0-9a-f]{12}$/.test(name));
  assertEquals(others, []);
  const folder = join(profile, id!);
  const text = await Deno.readTextFile(join(folder, "result.json"));
  return { folder, result: resultSchema.parse(JSON.parse(text)) };
}

type Curve = [number, number | string][];
type Curves = Record<string, Curve>;

/** What the files of a run say that TensorBoard should show. */
async function expectedOf(out: string, experiment: string): Promise<Record<string, Curves>> {
  const { folder, result } = await runIn(out, experiment);
  const place = `${experiment}/quick/seed-${result.seed}.${result.runId}`;
  const printed = (value: number | null) => value === null ? "nan" : Math.fround(value);
  const metrics = Object.entries(result.metrics)
    .map(([name, value]): [string, Curve] => [`metrics/${name}`, [[0, printed(value)]]]);
  const expected: Record<string, Curves> = { [place]: Object.fromEntries(metrics) };
  const epochs = new Map<string, number>();
  for (const { step, epoch, tag, value } of await readEvents(join(folder, "events.jsonl"))) {
    const loop = historiesIn(folder).find((name) => tag.startsWith(`${name}/`))!;
    const curves = expected[`${place}/${loop}`] ??= {};
    (curves[tag.slice(loop.length + 1)] ??= []).push([step, printed(value)]);
    if (epoch === undefined || epoch === epochs.get(loop)) continue;
    epochs.set(loop, epoch);
    (curves["epoch"] ??= []).push([step, epoch]);
  }
  return expected;
}

/** Compares on a run with findings and one of three loops. */
async function agrees(reader: "own" | "package"): Promise<void> {
  await withFolder(async (out) => {
    const expected: Record<string, Curves> = {};
    for (const name of ["interrupted", "restarted"]) {
      const ended = await inProcess(
        ...["experiment", data(`${name}.ts`), "--backend", "wasm", "--out", out, "--tensorboard"],
      );
      assertEquals(ended.status, 0, ended.err);
      Object.assign(expected, await expectedOf(out, name));
    }
    const shown = await shownIn(out, reader);
    const curves = Object.entries(shown).map(([run, { scalars }]) => [run, scalars]);
    assertEquals(Object.fromEntries(curves), expected);

    const { result } = await runIn(out, "restarted");
    const { session, texts } = shown[`restarted/quick/seed-1.${result.runId}`]!;
    const { hparams, status, startedAt, endedAt } = session;
    assertEquals({ hparams, status }, {
      hparams: { learningRate: 1e20, rules: "default" },
      status: 1,
    });
    assert(Math.abs(Number(endedAt) - Number(startedAt) - result.seconds.total) < 1e-5);
    for (const { rule, evidence } of result.findings) {
      assertStringIncludes(texts["findings"]!, `| ${rule} | ${evidence} |`);
    }
  });
}

Deno.test({
  name: "event files are read by a reader made from the formats' descriptions",
  ignore: !runs("import json"),
  fn: () => agrees("own"),
});

Deno.test({
  name: "event files are read by TensorBoard's own reader",
  ignore: !runs("import tensorboard"),
  fn: () => agrees("package"),
});

/** What is shown of a run, but when it began and ended. */
async function timeless(out: string): Promise<unknown> {
  const shown = Object.entries(await shownIn(out)).map(([run, { session, ...rest }]) => {
    const { startedAt: _, endedAt: __, ...said } = session;
    return [run, { ...rest, session: said }];
  });
  return Object.fromEntries(shown);
}

/** Paths of the event files. */
const eventFiles = async (out: string) =>
  Object.keys(await filesOf(join(out, "tensorboard"))).map((path) =>
    join(out, "tensorboard", path)
  );

Deno.test({
  name: "killed or stopped, and its files torn, a run shows what one that was left alone shows",
  ignore: !runs("import json"),
  fn: async () => {
    const expected = await withResult(async (out) => {
      const { status, err } = await finish(out, "wasm", "--tensorboard");
      assertEquals(status, 0, err);
      return await timeless(out);
    });
    const moments = [
      { steps: 90, signal: "SIGTERM", torn: false, live: true },
      { steps: 110, signal: "SIGKILL", torn: true, live: true },
      { steps: 150, signal: "SIGKILL", torn: true, live: false },
    ] as const;
    for (const { steps, signal, torn, live } of moments) {
      await withFolder(async (out) => {
        await stopAt(out, "wasm", { steps, whileWriting: false }, signal, "--tensorboard");
        const before = await eventFiles(out);
        assert(before.length > 0);
        if (torn) {
          for (const path of before) await Deno.truncate(path, (await Deno.stat(path)).size - 5);
        }
        await finish(out, "wasm", ...live ? ["--tensorboard"] : []);
        if (!live) {
          assertNotEquals(await timeless(out), expected);
          await finish(out, "wasm", "--tensorboard");
        }
        assertEquals(await timeless(out), expected, `${signal} after ${steps} steps`);
        assert((await eventFiles(out)).length > before.length);
      });
    }
  },
});

async function withResult<T>(action: (folder: string) => Promise<T>): Promise<T> {
  let result: T;
  await withFolder(async (folder) => {
    result = await action(folder);
  });
  return result!;
}

Deno.test({
  name: "`--tensorboard` changes no run, and afterwards writes what it would have written live",
  ignore: !runs("import json"),
  fn: () =>
    withFolder(async (out) => {
      const [live, later] = [join(out, "live"), join(out, "later")];
      const run = async (out: string, ...more: string[]) => {
        const { status, err } = await inProcess(...command("wasm"), "--out", out, ...more);
        assertEquals(status, 0, err);
        return err;
      };
      await run(live, "--tensorboard");
      await run(later);
      assertEquals(entries(later).includes("tensorboard"), false);
      assertEquals(await contents(live), await contents(later));
      const names = async (out: string) => Object.keys(await filesOf(folderOf(out))).sort();
      assertEquals(await names(live), await names(later));

      assertStringIncludes(await run(later, "--tensorboard"), "is complete already");
      assertEquals(await timeless(later), await timeless(live));
      for (const folder of [live, later]) {
        const before = await filesOf(join(folder, "tensorboard"));
        await run(folder, "--tensorboard");
        assertEquals(await filesOf(join(folder, "tensorboard")), before);
      }
      const [path] = await eventFiles(later);
      await Deno.remove(dirname(path!), { recursive: true });
      await run(later, "--tensorboard");
      assertEquals(await timeless(later), await timeless(live));
    }),
});

Deno.test({
  name: "the runs of a sweep are sessions, those that differ in the seed one group",
  ignore: !runs("import json"),
  fn: () =>
    withFolder(async (out) => {
      const ended = await inProcess(
        ...["sweep", data("swept.ts"), "--grid", "drift=0.5,1", "--backend", "wasm"],
        ...["--seeds", "2", "--out", out, "--tensorboard"],
      );
      assertEquals(ended.status, 0, ended.err);
      const groups = new Map<unknown, unknown[]>();
      for (const { session } of Object.values(await shownIn(out))) {
        if (!("group" in session)) continue;
        const { drift } = session["hparams"] as Record<string, unknown>;
        groups.set(session["group"], [...groups.get(session["group"]) ?? [], drift]);
      }
      assertEquals([...groups.values()].sort(), [[0.5, 0.5], [1, 1]]);
    }),
});
