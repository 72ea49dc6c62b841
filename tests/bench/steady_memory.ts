/**
 * Resident memory over 10,000 training steps of a case of the bench, `lstm-h64` unless another is named:
 *
 *     deno run --allow-read --allow-env=ASSAY_THREADS --v8-flags=--no-allocation-site-pretenuring \
 *       tests/bench/steady_memory.ts [CASE]
 *
 * Without the flag V8 soon believes that what tfjs's tape allocates lives long, and puts it where only
 * the rare large collections free it: memory then swings by a hundred megabytes.
 *
 * @module
 */

import { open } from "./assay.ts";
import { cases, LEARNING_RATE } from "./cases.ts";

const name = Deno.args[0] ?? "lstm-h64";
const spec = cases.find((each) => each.name === name);
if (spec === undefined) {
  throw new RangeError(
    `Cannot watch "${name}": the cases are ${cases.map(({ name }) => name).join(", ")}`,
  );
}
const training = await open({
  case: spec,
  backend: "wasm",
  threads: null,
  learningRate: LEARNING_RATE,
});
const megabytes = () => Math.round(Deno.memoryUsage().rss / 2 ** 20);
let taken = 0;
const report: string[] = [];
for (const steps of [100, 1_000, 4_000, 7_000, 10_000]) {
  while (taken < steps) {
    await training.run(50);
    taken += 50;
  }
  report.push(`step ${String(steps).padStart(6)}: ${megabytes()} MB`);
}
Deno.stdout.writeSync(new TextEncoder().encode(`${report.join("\n")}\n`));
// The threads of the pool would keep the process alive.
Deno.exit(0);
