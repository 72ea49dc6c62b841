import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Board } from "./board.ts";
import { recordsIn } from "./records.ts";
import { decodeEvent, type ValueProto } from "./schema.ts";

async function withFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await action(folder);
  await Deno.remove(folder, { recursive: true });
}

/** What the files of a loop say, as step and value; the run's own where no loop is named. */
function saidIn(folder: string, loop = ""): [number, ValueProto][] {
  return [...Deno.readDirSync(join(folder, loop))].filter(({ isFile }) => isFile)
    .map(({ name }) => name).sort()
    .flatMap((name) => [...recordsIn(Deno.readFileSync(join(folder, loop, name)))])
    .map(decodeEvent)
    .flatMap(({ step, summary }) =>
      (summary?.value ?? []).map((value): [number, ValueProto] => [step ?? 0, value])
    );
}
const numbersIn = (folder: string, loop?: string) =>
  saidIn(folder, loop).filter(([, { simple_value }]) => simple_value !== undefined)
    .map(([step, { tag, simple_value }]) => [step, tag, simple_value]);

const board = (folder: string, notes: string[] = []) =>
  new Board({ folder, clock: () => 100, note: (text) => notes.push(text) });

Deno.test("`Board` gives each number to the loop with the longest name that fits, or to the run", () =>
  withFolder(async (folder) => {
    const one = board(folder);
    one.log({ step: 1, tag: "a/early", value: 1 });
    for (const loop of ["a", "a/b", "a.attempt-2"]) one.beginLoop(loop);
    one.log({ step: 2, tag: "a/loss", value: 2 });
    one.log({ step: 3, tag: "a/b/loss", value: 3 });
    one.log({ step: 4, tag: "a/bc/loss", value: 4 });
    one.log({ step: 5, tag: "a.attempt-2/loss", value: 5 });
    one.log({ step: 6, tag: "a", value: null });
    await one.flush();
    assertEquals(numbersIn(folder), [[1, "a/early", 1], [6, "a", NaN]]);
    assertEquals(numbersIn(folder, "a"), [[2, "loss", 2], [4, "bc/loss", 4]]);
    assertEquals(numbersIn(folder, "a/b"), [[3, "loss", 3]]);
    assertEquals(numbersIn(folder, "a.attempt-2"), [[5, "loss", 5]]);
  }));

Deno.test("`Board` says the epoch of each loop once", () =>
  withFolder(async (folder) => {
    const one = board(folder);
    one.beginLoop("a");
    one.beginLoop("b");
    for (const [epoch, tag] of [[1, "a/x"], [1, "a/y"], [1, "b/x"], [2, "a/x"]] as const) {
      one.log({ step: 10 * epoch, epoch, tag, value: 0 });
    }
    one.log({ step: 30, tag: "a/z", value: 0 });
    await one.flush();
    const epochs = (loop: string) => numbersIn(folder, loop).filter(([, tag]) => tag === "epoch");
    assertEquals(epochs("a"), [[10, "epoch", 1], [20, "epoch", 2]]);
    assertEquals(epochs("b"), [[10, "epoch", 1]]);
  }));

Deno.test("`Board` ends with metrics, findings as a table, and the session's end", () =>
  withFolder(async (folder) => {
    const one = board(folder);
    const config = { rate: 0.1, hidden: [64, 32], rules: "seed", clip: false };
    one.start({ config, group: "g", startedAt: 90 });
    const finding = { severity: "error", rule: "r", evidence: "a|b\nc", advice: "d" };
    await one.finish({ metrics: { "b/y": 2, a: 1 }, findings: [finding], endedAt: 110 });
    assertEquals(numbersIn(folder), [[0, "metrics/a", 1], [0, "metrics/b/y", 2]]);
    const said = saidIn(folder).map(([, value]) => value);
    const [start, , , findings, end] = said;
    assertEquals(said.map(({ metadata }) => metadata.plugin_data.plugin_name), [
      "hparams",
      "scalars",
      "scalars",
      "text",
      "hparams",
    ]);
    assertEquals([start!.tag, end!.tag], [
      "_hparams_/session_start_info",
      "_hparams_/session_end_info",
    ]);
    const text = new TextDecoder();
    assertMatch(text.decode(start!.metadata.plugin_data.content), /hidden.*\[64,32\]/s);
    assertEquals(text.decode(findings!.tensor!.string_val![0]).split("\n").slice(2), [
      "| error | r | a\\|b c | d |",
    ]);
  }));

Deno.test("`Board` told again writes nothing, and told more writes that", () =>
  withFolder(async (folder) => {
    const tell = async (steps: number) => {
      const one = board(folder);
      one.beginLoop("a");
      for (let step = 1; step <= steps; step++) {
        one.log({ step, epoch: 1, tag: "a/x", value: step });
      }
      await one.flush();
      return [...Deno.readDirSync(join(folder, "a"))].length;
    };
    assertEquals([await tell(2), await tell(1), await tell(2), await tell(4)], [1, 1, 1, 2]);
    assertEquals(numbersIn(folder, "a").filter(([, tag]) => tag === "x").map(([step]) => step), [
      1,
      2,
      3,
      4,
    ]);
  }));

Deno.test("`Board` tells once that it cannot write, and writes all when it can", () =>
  withFolder(async (folder) => {
    const notes: string[] = [];
    const place = join(folder, "board");
    Deno.writeTextFileSync(place, "a file");
    const one = board(place, notes);
    for (const step of [1, 2, 3]) {
      one.log({ step, tag: "x", value: step });
      await one.flush();
    }
    assertEquals(notes.length, 1);
    assertMatch(notes[0]!, /Cannot write event files in .*board: .* is a file, not a folder/);
    Deno.removeSync(place);
    await one.flush();
    assertEquals(numbersIn(place), [[1, "x", 1], [2, "x", 2], [3, "x", 3]]);
  }));
