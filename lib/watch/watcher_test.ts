import { assertEquals, assertStringIncludes } from "@std/assert";
import { everything, type Scope } from "./scope.ts";
import { loss, ScriptedRun, withReports } from "./testing.ts";
import type { View } from "./view.ts";
import { Watcher } from "./watcher.ts";

const watcher = (reports: string, scope: Scope = everything) =>
  new Watcher({ reports, scope, root: reports });

/** Groups with their runs: seed, state, steps of the training loss. */
function shown({ folders }: View): unknown {
  return folders.map(({ experiment, groups }) => [
    experiment,
    ...groups.map(({ label, runs }) => [
      label,
      ...runs.map(({ seed, state, curves }) => [
        seed,
        state,
        curves.get("line/train/loss")?.points.map(([step]) => step) ?? [],
      ]),
    ]),
  ]);
}

/** Looks until what is to show is what is expected, or nothing changes any more; that. */
async function shows(watching: Watcher, expected: unknown): Promise<View> {
  let view: View | null = null;
  for (let quiet = 0; quiet < 10;) {
    const next = await watching.look();
    quiet = next === null ? quiet + 1 : 0;
    view = next ?? view;
    if (view !== null && equal(shown(view), expected)) return view;
  }
  assertEquals(view && shown(view), expected);
  return view!;
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

Deno.test("`Watcher` follows a run from its beginning to its end", () =>
  withReports(async (reports) => {
    const watching = watcher(reports);
    await shows(watching, []);
    const run = new ScriptedRun(reports).begin();
    await shows(watching, [["demo", ["", [1, "running", []]]]]);
    run.say(loss(1, 3), loss(2, 2));
    await shows(watching, [["demo", ["", [1, "running", [1, 2]]]]]);
    run.stop();
    await shows(watching, [["demo", ["", [1, "stopped", [1, 2]]]]]);
    run.begin().say(loss(3, 1));
    await shows(watching, [["demo", ["", [1, "running", [1, 2, 3]]]]]);
    run.finish();
    const view = await shows(watching, [["demo", ["", [1, "finished", [1, 2, 3]]]]]);
    assertEquals(view.folders[0]!.groups[0]!.runs[0]!.result?.metrics, { r: 0.5 });
  }));

Deno.test("`Watcher` says why a run failed, and that one was removed", () =>
  withReports(async (reports) => {
    const [failing, removed] = [1, 2].map((seed) => new ScriptedRun(reports, { seed }).begin());
    const watching = watcher(reports);
    await shows(watching, [["demo", ["", [1, "running", []], [2, "running", []]]]]);
    failing!.fail("the loss is no number");
    removed!.remove();
    const view = await shows(watching, [[
      "demo",
      ["", [1, "failed", []], [2, "removed", []]],
    ]]);
    assertStringIncludes(view.folders[0]!.groups[0]!.runs[0]!.problem!, "the loss is no number");
  }));

Deno.test("`Watcher` begins a curve anew when a run is made again", () =>
  withReports(async (reports) => {
    const run = new ScriptedRun(reports).begin().say(loss(1, 3)).finish();
    const watching = watcher(reports);
    await shows(watching, [["demo", ["", [1, "finished", [1]]]]]);
    run.begin();
    await shows(watching, [["demo", ["", [1, "running", []]]]]);
  }));

Deno.test("`Watcher` shows runs of several configurations apart, and not those of other code", () =>
  withReports(async (reports) => {
    new ScriptedRun(reports, { code: "1".repeat(64), startedAt: "2025-01-01T00:00:00.000Z" })
      .finish();
    for (const rate of [0.1, 0.02]) {
      for (const seed of [2, 1]) {
        new ScriptedRun(reports, { seed, config: { rate, same: "x" } }).begin().finish();
      }
    }
    const view = await shows(watcher(reports), [[
      "demo",
      ["rate 0.02", [1, "finished", []], [2, "finished", []]],
      ["rate 0.1", [1, "finished", []], [2, "finished", []]],
    ]]);
    assertEquals(view.folders[0]!.others, 1);
  }));

Deno.test("`Watcher` shows the profiles in progress, and the last one where there is none", () =>
  withReports(async (reports) => {
    new ScriptedRun(reports, { experiment: "older" }).finish();
    Deno.utimeSync(`${reports}/older/quick`, 1, 1);
    new ScriptedRun(reports, { experiment: "newer" }).finish();
    const watching = watcher(reports);
    await shows(watching, [["newer", ["", [1, "finished", []]]]]);
    const run = new ScriptedRun(reports, { experiment: "older", seed: 2 }).begin();
    await shows(watching, [["older", ["", [1, "finished", []], [2, "running", []]]]]);
    run.finish();
    await shows(watching, [[
      "older",
      ["", [1, "finished", []], [2, "finished", []]],
    ]]);
  }));

Deno.test("`Watcher` looks at the runs of its scope only", () =>
  withReports(async (reports) => {
    const [wanted] = [1, 2].map((seed) => new ScriptedRun(reports, { seed }).begin());
    const scope = { title: "", experiment: "demo", runIds: new Set([wanted!.id]) };
    await shows(watcher(reports, scope), [[
      "demo",
      ["", [1, "running", []]],
    ]]);
  }));

Deno.test("`Watcher` counts what it cannot read, and goes on", () =>
  withReports(async (reports) => {
    const run = new ScriptedRun(reports).begin().say(loss(1, 1)).write("garbage\n").say(loss(2, 1));
    const watching = watcher(reports);
    const view = await shows(watching, [["demo", ["", [1, "running", [1, 2]]]]]);
    assertEquals(view.folders[0]!.groups[0]!.runs[0]!.unreadable, 1);
    run.finish();
    Deno.writeTextFileSync(`${run.complete}/result.json`, "{}");
    await shows(watching, [["demo", ["", [1, "unreadable", [1, 2]]]]]);
  }));
