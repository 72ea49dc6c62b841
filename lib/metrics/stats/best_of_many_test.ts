import { assert, assertEquals } from "@std/assert";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { boundsAmong, contenders } from "./best_of_many.ts";

/** Candidates over seeds that all share the luck of each seed. */
function drawn(trial: number, means: readonly number[], seeds: number): number[][] {
  const key = rootKey(7).at(trial);
  const luck = normal(key.key("seeds"), seeds);
  return means.map((mean, i) =>
    [...normal(key.at(i), seeds)].map((own, s) => mean + luck[s]! + own)
  );
}

const trials = 600;
const share = (holds: (trial: number) => boolean) =>
  Array.from({ length: trials }, (_, trial) => holds(trial)).filter(Boolean).length / trials;

Deno.test("`boundsAmong()` hold for the chosen candidate, where plain ones do not", () => {
  const holds = (count: number) =>
    share((trial) => {
      const values = drawn(trial, Array(12).fill(0), 4);
      const sums = values.map((own) => own.reduce((sum, value) => sum + value));
      const best = values[sums.indexOf(Math.max(...sums))]!;
      return boundsAmong(best, count)!.low <= 0;
    });
  assert(holds(12) > 0.95, `${holds(12)}`);
  assert(holds(1) < 0.9, `${holds(1)}`);
});

Deno.test("`contenders()` hold the best candidate in 95 of 100 cases, and leave bad ones out", () => {
  const means = [0, 0.2, 0.1, 0.2, -9, 0];
  let bad = 0;
  const found = share((trial) => {
    const kept = contenders(drawn(trial, means, 5), "higher");
    bad += kept.includes(4) ? 1 : 0;
    return kept.includes(1);
  });
  assert(found > 0.95, `${found}`);
  assert(bad / trials < 0.35, `${bad}`);
});

Deno.test("`contenders()` of one seed or of one candidate leave nothing out", () => {
  assertEquals(contenders([[1], [2], [3]], "higher"), [0, 1, 2]);
  assertEquals(contenders([[1, 2]], "lower"), [0]);
  assertEquals(contenders([], "lower"), []);
  assertEquals(boundsAmong([7], 3), null);
  assertEquals(contenders([[1, 1], [2, 2], [2, 2]], "higher"), [1, 2]);
});
