/**
 * What a search costs beside its evaluations, which cost next to nothing here: ZDT1 has 30 genes. And what the
 * hypervolume of a front of 200 points costs, by the number of objectives. Run it on a quiet machine:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/search.bench.ts
 *
 * @module
 */

import { normal } from "../../lib/random/distributions.ts";
import { rootKey } from "../../lib/random/key.ts";
import { hypervolume } from "../../lib/search/hypervolume.ts";
import { Nsga2 } from "../../lib/search/nsga2.ts";
import { RandomSearch } from "../../lib/search/random_search.ts";
import { advance, zdt1 } from "../../lib/search/testing.ts";
import { MedianRates } from "./median_rate.ts";

const POINTS = 200;
const key = rootKey(1);
const rates = new MedianRates();
const problem = zdt1();

for (const [generations, population] of [[30, 20], [200, 100]] as const) {
  const common = { space: problem.space, key, population };
  const systems = {
    "NSGA-II": () => new Nsga2(common),
    "with an archive": () => new Nsga2({ ...common, archive: true }),
    "random search": () => new RandomSearch(common),
  };
  for (const [system, make] of Object.entries(systems)) {
    const evaluations = generations * population;
    rates.bench({
      group: `${generations} generations of ${population}`,
      system,
      calls: 1,
      run: () => advance(make(), problem, generations),
      figure: (milliseconds) =>
        `${milliseconds.toFixed(0)} ms, ${(1000 * milliseconds / evaluations).toFixed(0)} µs each`,
    });
  }
}

for (const axes of [2, 3, 4, 5]) {
  const drawn = normal(key.at(axes), POINTS * axes);
  const points = Array.from({ length: POINTS }, (_, i) => {
    const point = [...drawn.subarray(i * axes, (i + 1) * axes)];
    const length = Math.sqrt(point.reduce((sum, x) => sum + x * x, 0));
    return point.map((x) => Math.abs(x) / length);
  });
  rates.bench({
    group: `hypervolume of ${POINTS} points`,
    system: `${axes} objectives`,
    calls: 4,
    run: () => void hypervolume(points, Array<number>(axes).fill(1.1)),
    figure: (milliseconds) => `${milliseconds.toFixed(1)} ms`,
  });
}

addEventListener("unload", () => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${rates.report()}`));
});
