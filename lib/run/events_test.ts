import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { EventLog, readEvents } from "./events.ts";

Deno.test("`EventLog` writes what `readEvents()` reads, non-finite values as null", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "events.jsonl");
  const log = await EventLog.open(path);
  log.add({ step: 1, tag: "loss", value: 0.5 });
  await log.flush();
  log.add({ step: 2, epoch: 1, tag: "loss", value: NaN });
  await log.close();
  assertEquals(await readEvents(path), [
    { step: 1, tag: "loss", value: 0.5 },
    { step: 2, epoch: 1, tag: "loss", value: null },
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`readEvents()` drops a torn last line and refuses a torn one before it", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, '{"step":1,"tag":"a","value":1}\n{"step":2,"ta');
  assertEquals((await readEvents(path)).length, 1);
  await Deno.writeTextFile(path, '{"step":1,"ta\n{"step":2,"tag":"a","value":1}\n');
  await assertRejects(() => readEvents(path), InputError, "line 1 is not an event");
  await Deno.remove(path);
});
