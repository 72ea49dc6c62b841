import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { namesIn } from "./files.ts";
import { addToLog, keepLog, LOG, logPath, RunLog } from "./log.ts";

Deno.test("a log grows while the run is made, and goes into its directory", async () => {
  const folder = await Deno.makeTempDir();
  const path = logPath(folder, "0123456789ab");
  await keepLog(path, folder);
  new RunLog(path).say("one");
  new RunLog(path).say("two\nlines");
  addToLog(path, "a crash");
  await keepLog(path, folder);
  const text = await Deno.readTextFile(join(folder, LOG));
  assertMatch(text, /^\S+Z one\n\S+Z two\nlines\na crash\n$/);
  addToLog(path, "too late");
  assertEquals(namesIn(join(folder, ".logs"), () => true), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a log is discarded where there was nothing to run; one that cannot be written ends nothing", async () => {
  const folder = await Deno.makeTempDir();
  const log = new RunLog(logPath(folder, "0123456789ab"));
  log.discard();
  log.say("waiting");
  log.discard();
  assertEquals(namesIn(join(folder, ".logs"), () => true), []);
  await Deno.writeTextFile(join(folder, "file"), "");
  new RunLog(join(folder, "file", "log.txt")).say("nowhere");
  await Deno.remove(folder, { recursive: true });
});
