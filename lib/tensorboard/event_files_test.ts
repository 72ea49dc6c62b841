import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { EventFiles } from "./event_files.ts";
import { recordsIn } from "./records.ts";
import { decodeEvent, type EventProto } from "./schema.ts";
import { scalarValue } from "./values.ts";

async function withFolder(action: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  action(join(folder, "run"));
  await Deno.remove(folder, { recursive: true });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const eventsIn = (path: string) => [...recordsIn(Deno.readFileSync(path))].map(decodeEvent);
const kind = ({ file_version, session_log, step = 0 }: EventProto) =>
  file_version ?? (session_log ? `start ${step}` : step);
/** The records of every file: the version, a session's start, or the step of a number. */
const kinds = (folder: string) =>
  names(folder).map((name) => eventsIn(join(folder, name)).map(kind));
/** Steps as TensorBoard shows them. */
const steps = (folder: string) =>
  kinds(folder).flat().reduce((shown: number[], kind) => {
    if (typeof kind === "number") return [...shown, kind];
    const [, start] = /^start (\d+)$/.exec(kind) ?? [];
    return start === undefined ? shown : shown.filter((step) => step < Number(start));
  }, []);

/** Says numbers in a process of its own, at a second; two of one step are two tags. */
function say(folder: string, second: number, said: readonly number[], complete = true): void {
  const files = new EventFiles(folder, () => second);
  for (const [i, step] of said.entries()) {
    const tag = said.indexOf(step) === i ? "loss" : "error";
    files.add({ wall_time: second, step, summary: { value: [scalarValue(tag, step / 4)] } });
  }
  files.write(complete);
}

Deno.test("`EventFiles` begins with version and session, and goes on in a file of its own", () =>
  withFolder((folder) => {
    say(folder, 100, [1, 2], false);
    assertEquals(kinds(folder), [["brain.Event:2", "start 0", 1, 2]]);
    say(folder, 200, [1, 2], false);
    say(folder, 200, [1], false);
    assertEquals(names(folder), ["events.out.tfevents.100.assay"]);
    // The clock went back: TensorBoard reads files in the order of their names.
    say(folder, 50, [1, 2, 3, 4]);
    assertEquals(names(folder), ["events.out.tfevents.100.assay", "events.out.tfevents.101.assay"]);
    const first = ["brain.Event:2", "start 0", 1, 2];
    assertEquals(kinds(folder), [first, ["brain.Event:2", "start 3", 3, 4]]);
  }));

Deno.test("`EventFiles` says once more what stands of the step with which it goes on", () =>
  withFolder((folder) => {
    say(folder, 100, [1, 1, 2], false);
    say(folder, 200, [1, 1, 2, 2, 3], false);
    assertEquals(kinds(folder)[1], ["brain.Event:2", "start 2", 2, 2, 3]);
    say(folder, 300, [1, 1, 2, 2, 3, 3]);
    assertEquals(kinds(folder)[2], ["brain.Event:2", "start 3", 3, 3]);
    assertEquals(steps(folder), [1, 1, 2, 2, 3, 3]);
  }));

Deno.test("`EventFiles` loses nothing where steps go back", () =>
  withFolder((folder) => {
    const said = [5, 1, 4, 2, 6, 3];
    for (const [i] of said.entries()) say(folder, 100 + i, said.slice(0, i + 1), false);
    assertEquals(steps(folder).sort(), [1, 2, 3, 4, 5, 6]);
  }));

Deno.test("`EventFiles` appends to its file from one write to the next", () =>
  withFolder((folder) => {
    const files = new EventFiles(folder, () => 100);
    for (const step of [1, 2, 3]) {
      files.add({ wall_time: 100 + step, step, summary: { value: [scalarValue("loss", NaN)] } });
      files.write(false);
    }
    files.write(true);
    assertEquals(kinds(folder), [["brain.Event:2", "start 0", 1, 2, 3]]);
    const [, , event] = eventsIn(join(folder, names(folder)[0]!));
    assertEquals(event, {
      wall_time: 101,
      step: 1,
      summary: {
        value: [{
          tag: "loss",
          simple_value: NaN,
          metadata: { plugin_data: { plugin_name: "scalars" }, data_class: 1 },
        }],
      },
    });
  }));

Deno.test("`EventFiles` says the same after any cut or flip of a bit, and nothing twice", () =>
  withFolder((folder) => {
    say(folder, 100, [1, 2, 2]);
    const path = join(folder, names(folder)[0]!);
    const whole = Deno.readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const flipped = whole.slice();
      flipped[at]! ^= 1 << at % 8;
      for (const found of [whole.subarray(0, at), flipped]) {
        Deno.removeSync(folder, { recursive: true });
        Deno.mkdirSync(folder);
        Deno.writeFileSync(path, found);
        say(folder, 200, [1, 2, 2]);
        assertEquals(steps(folder), [1, 2, 2], `byte ${at}`);
      }
    }
  }));

Deno.test("`EventFiles` begins anew where the files say something else, and tells it", () =>
  withFolder((folder) => {
    say(folder, 100, [1, 7, 3]);
    say(folder, 200, [1, 2]);
    assertEquals(names(folder), ["events.out.tfevents.200.assay"]);
    const events = eventsIn(join(folder, names(folder)[0]!));
    assertEquals(events.map(kind), ["brain.Event:2", "start 0", 1, 2]);
    assertEquals(events.map(({ wall_time }) => wall_time), [200, 200, 100, 200]);
    assertEquals(events[1], { wall_time: 200, session_log: { status: 1 } });
    // What was never said goes, once all has been.
    say(folder, 300, [1], false);
    assertEquals(steps(folder), [1, 2]);
    say(folder, 300, [1]);
    assertEquals(steps(folder), [1]);
  }));

Deno.test("`EventFiles` keeps what could not be written for the next time", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(folder, "a file");
    const files = new EventFiles(folder, () => 100);
    for (const step of [1, 2]) {
      files.add({ wall_time: 100, step, summary: { value: [scalarValue("loss", step)] } });
      assertThrows(() => files.write(false), Deno.errors.NotADirectory);
    }
    Deno.removeSync(folder);
    files.write(true);
    assertEquals(kinds(folder), [["brain.Event:2", "start 0", 1, 2]]);
  }));
