import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { medianRule } from "../stopping/median_rule.ts";
import type { RunSoFar } from "../stopping/run_stopper.ts";
import { EventLog, readEvents } from "./events.ts";
import { type LoggedMoment, loggedRun } from "./logged_run.ts";

const TAG = "v1/validation/loss";

Deno.test("`loggedRun()` is the run that a stopper reads, from its log", async () => {
  const folder = await Deno.makeTempDir();
  const logs = { good: [0.9, 0.5, 0.3], bad: [0.9, 0.8, 0.7], worse: [1, 0.9, 0.8] };
  const complete: RunSoFar<LoggedMoment>[] = [];
  for (const [name, losses] of Object.entries(logs)) {
    const path = join(folder, name);
    const log = await EventLog.open(path);
    losses.forEach((value, i) => {
      log.add({ step: 32 * i, epoch: i, tag: "v1/train/loss", value: 0 });
      log.add({ step: 32 * i, epoch: i, tag: TAG, value });
    });
    await log.close();
    complete.push(loggedRun(await readEvents(path), TAG));
  }
  await Deno.remove(folder, { recursive: true });
  assertEquals(complete[0]!.history[2], { progress: 64, value: 0.3 });

  const logged = (...values: (number | null)[]) =>
    loggedRun(values.map((value, i) => ({ step: 32 * i, tag: TAG, value })), TAG);
  const stopper = medianRule<LoggedMoment>({
    value: ({ value }) => value,
    least: 3,
  });
  const runs = [logged(1, 0.81), logged(1, 0.79), logged(1, null), logged(null, null)];
  const alone = await Promise.all(runs.map((run) => stopper([run], complete)));
  assertEquals(alone, [[true], [false], [true], [true]]);
});
