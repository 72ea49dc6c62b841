import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { EventLog, readEvents } from "./events.ts";

async function withPath(action: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await action(join(folder, "events.jsonl"));
  await Deno.remove(folder, { recursive: true });
}

const event = (step: number) => ({ step, tag: "loss", value: step / 4 });
const line = (step: number) => `${JSON.stringify(event(step))}\n`;
const lines = (...steps: number[]) => steps.map(line).join("");

/** Opens the log, adds events and closes it; what was noted. */
async function say(path: string, ...steps: number[]): Promise<string[]> {
  const notes: string[] = [];
  const log = await EventLog.open(path, (text) => notes.push(text));
  for (const step of steps) log.add(event(step));
  await log.close();
  return notes;
}

Deno.test("`EventLog` writes what `readEvents()` reads, non-finite values as null", () =>
  withPath(async (path) => {
    const log = await EventLog.open(path);
    log.add({ step: 1, tag: "loss", value: 0.5 });
    await log.flush();
    log.add({ step: 2, epoch: 1, tag: "größe", value: NaN });
    await log.close();
    assertEquals(await readEvents(path), [
      { step: 1, tag: "loss", value: 0.5 },
      { step: 2, epoch: 1, tag: "größe", value: null },
    ]);
  }));

Deno.test("`readEvents()` drops a torn last line and refuses a torn one before it", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, '{"step":1,"tag":"a","value":1}\n{"step":2,"ta');
    assertEquals((await readEvents(path)).length, 1);
    await Deno.writeTextFile(path, '{"step":1,"ta\n{"step":2,"tag":"a","value":1}\n');
    await assertRejects(() => readEvents(path), InputError, "line 1 is not an event");
    // A flipped bit in a name that leaves JSON, but no UTF-8.
    const bytes = new TextEncoder().encode(lines(1, 2));
    bytes[line(1).length + line(2).indexOf("loss")]! ^= 0x80;
    await Deno.writeFile(path, bytes);
    await assertRejects(() => readEvents(path), InputError, "line 2 is not an event");
  }));

Deno.test("`EventLog` says again what is there, and writes the rest, after any cut or flip of a bit", () =>
  withPath(async (path) => {
    const whole = lines(1, 2, 3);
    const bytes = new TextEncoder().encode(whole);
    for (let at = 0; at < bytes.length; at++) {
      await Deno.writeFile(path, bytes.subarray(0, at));
      assertEquals(await say(path, 1, 2, 3), []);
      assertEquals(await Deno.readTextFile(path), whole);
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << at % 8;
      await Deno.writeFile(path, flipped);
      await say(path, 1, 2, 3);
      assertEquals(await Deno.readTextFile(path), whole, `bit ${at % 8} of byte ${at}`);
    }
  }));

Deno.test("`EventLog` names the line from which the file says something else, and replaces it", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, lines(1, 7, 3));
    const notes = await say(path, 1, 2, 3);
    assertEquals(notes.length, 1);
    assertEquals(notes[0]!.startsWith(`Line 2 of ${path} was altered`), true, notes[0]);
    assertEquals(await Deno.readTextFile(path), lines(1, 2, 3));
    // What was never said goes.
    await Deno.writeTextFile(path, lines(1, 2, 3, 4));
    await say(path, 1, 2);
    assertEquals(await Deno.readTextFile(path), lines(1, 2));
  }));

Deno.test("`EventLog` tells of every event that counts as added, once and in order", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, lines(1, 2));
    const first = await EventLog.open(path);
    for (const step of [1, 2, 3]) first.add(event(step));
    const moment = await first.settle();
    first.add(event(4));
    await first.close();
    const heard: number[] = [];
    const log = await EventLog.open(path, () => {}, ({ step }) => heard.push(step));
    log.skipTo(moment);
    assertEquals(heard, [1, 2, 3]);
    for (const step of [4, 5]) log.add(event(step));
    await log.close();
    assertEquals(heard, [1, 2, 3, 4, 5]);
  }));

Deno.test("`EventLog.skipTo()` goes on after a checkpoint's moment, and counts what is lost", () =>
  withPath(async (path) => {
    const first = await EventLog.open(path);
    for (const step of [1, 2, 3]) first.add(event(step));
    const earlier = await first.settle();
    for (const step of [4, 5]) first.add(event(step));
    const moment = await first.settle();
    assertEquals([earlier.events, moment.events, moment.logged], [
      3,
      5,
      lines(1, 2, 3, 4, 5).length,
    ]);
    first.add(event(6));
    await first.close();
    /** Goes on from both moments in a file, the second one optional. */
    const after = async (text: string, moments = [moment]) => {
      await Deno.writeTextFile(path, text);
      const log = await EventLog.open(path);
      const lost = moments.map((one) => log.skipTo(one));
      log.add(event(6));
      const settled = await log.settle();
      log.add(event(7));
      await log.close();
      // And the moment after it is vouched for again, with the gap.
      const again = await EventLog.open(path);
      assertEquals([again.skipTo(settled), settled.events], [0, 6]);
      again.abandon();
      return { lost, text: await Deno.readTextFile(path) };
    };
    const whole = lines(1, 2, 3, 4, 5, 6);
    const both = [earlier, moment];
    assertEquals(await after(whole), { lost: [0], text: lines(1, 2, 3, 4, 5, 6, 7) });
    assertEquals(await after(whole, both), { lost: [0, 0], text: lines(1, 2, 3, 4, 5, 6, 7) });
    assertEquals(await after(lines(1, 2, 3)), { lost: [2], text: lines(1, 2, 3, 6, 7) });
    assertEquals(await after(lines(1, 2, 3), both), { lost: [0, 2], text: lines(1, 2, 3, 6, 7) });
    assertEquals(await after(""), { lost: [5], text: lines(6, 7) });
    assertEquals(await after(lines(1, 9, 3, 4, 5, 6)), { lost: [5], text: lines(6, 7) });
    assertEquals(await after(lines(1, 2, 3, 9, 5, 6), both), {
      lost: [0, 2],
      text: lines(1, 2, 3, 6, 7),
    });
    assertEquals(await after(lines(1, 2, 3, 4, 5, 9)), {
      lost: [0],
      text: lines(1, 2, 3, 4, 5, 6, 7),
    });
    await after(whole.replace("loss", "los"));
  }));
