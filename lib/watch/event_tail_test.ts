import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { EventTail } from "./event_tail.ts";
import { loss, withReports } from "./testing.ts";

const line = (step: number, value = 1) => `${JSON.stringify(loss(step, value))}\n`;
const append = (path: string, text: string) => Deno.writeTextFileSync(path, text, { append: true });

/** What a look brings: the steps heard, whether anew, lines that are no events. */
async function look(tail: EventTail, path: string): Promise<[number[], boolean, number]> {
  const { events, anew, unreadable } = await tail.read(path);
  return [events.map(({ step }) => step), anew, unreadable];
}

Deno.test("`EventTail` reads on from where it left off", () =>
  withReports(async (folder) => {
    const path = join(folder, "events.jsonl");
    const tail = new EventTail();
    assertEquals((await tail.read(path)).modified, null);
    append(path, line(1) + line(2));
    assertEquals(await look(tail, path), [[1, 2], false, 0]);
    assertEquals(await look(tail, path), [[], false, 0]);
    append(path, line(3));
    assertEquals(await look(tail, path), [[3], false, 0]);
  }));

Deno.test("`EventTail` waits for the rest of a torn line, and counts a bad one", () =>
  withReports(async (folder) => {
    const path = join(folder, "events.jsonl");
    const tail = new EventTail();
    append(path, line(1) + line(2).slice(0, 10));
    assertEquals(await look(tail, path), [[1], false, 0]);
    append(path, line(2).slice(10));
    assertEquals(await look(tail, path), [[2], false, 0]);
    append(path, `not an event\n{"step":1}\n${line(3)}`);
    assertEquals(await look(tail, path), [[3], false, 2]);
  }));

Deno.test("`EventTail` begins anew when lines that it has read are taken back", () =>
  withReports(async (folder) => {
    const path = join(folder, "events.jsonl");
    const tail = new EventTail();
    append(path, line(1) + line(2) + line(3));
    await look(tail, path);
    // Cut and written on past the offset, between two looks.
    Deno.writeTextFileSync(path, line(1) + line(2, 7) + line(3, 7) + line(4, 7));
    assertEquals(await look(tail, path), [[1, 2, 3, 4], true, 0]);
    Deno.writeTextFileSync(path, line(1));
    assertEquals(await look(tail, path), [[1], true, 0]);
  }));

Deno.test("`EventTail` goes on where a torn line was cut off and said again", () =>
  withReports(async (folder) => {
    const path = join(folder, "events.jsonl");
    const tail = new EventTail();
    append(path, line(1) + line(2).slice(0, 9));
    await look(tail, path);
    Deno.writeTextFileSync(path, line(1) + line(2) + line(3));
    assertEquals(await look(tail, path), [[2, 3], false, 0]);
  }));

Deno.test("`EventTail` follows a log into the folder of the complete run", () =>
  withReports(async (folder) => {
    const [before, after] = [join(folder, "a"), join(folder, "b")];
    const tail = new EventTail();
    append(before, line(1));
    await look(tail, before);
    append(before, line(2));
    Deno.renameSync(before, after);
    assertEquals(await look(tail, before), [[], false, 0]);
    assertEquals(await look(tail, after), [[2], false, 0]);
  }));

Deno.test("`EventTail` reads a log of many blocks in turns", () =>
  withReports(async (folder) => {
    const path = join(folder, "events.jsonl");
    const steps = Array.from({ length: 20_000 }, (_, i) => i);
    append(path, steps.map((step) => line(step)).join(""));
    const tail = new EventTail();
    const heard: number[] = [];
    for (let looks = 0; looks < 8; looks++) {
      heard.push(...(await tail.read(path, 1)).events.map(({ step }) => step));
    }
    assertEquals(heard, steps);
  }));
