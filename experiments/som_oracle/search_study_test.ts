import {
  type Checkpoint,
  type Context,
  emptyStudy,
  loop,
  type LoopHooks,
  openDevice,
  rootKey,
  SavedState,
  type ShapedArray,
  z,
} from "assay";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { searchConfig, searchStudy } from "./search_study.ts";
import { lastValue } from "./search_testing.ts";

const config = z.object(searchConfig).parse({
  searchSeeds: 2,
  searchPopulation: 4,
  searchGenerations: 2,
  searchSamples: 60,
  searchShare: 0.5,
});

/** Makes the study as a run would, with these hooks around its loop. */
async function studied(hooks: Partial<LoopHooks> = {}) {
  await openDevice({ backend: "cpu" });
  const logged: [string, number, number][] = [];
  const study = emptyStudy();
  const ctx: Partial<Context<typeof config>> = {
    config,
    key: (path) => rootKey(3).key(path),
    digestData: () => {},
    log: (tag, step, value) => void logged.push([tag, step, value]),
    loop: (_, options) => loop(options, { clock: () => 0, ...hooks }),
  };
  await searchStudy(ctx as Context<typeof config>, study, {
    oracles: { judged: lastValue, other: lastValue },
    threshold: 0.8,
  });
  return { ...study, logged };
}

Deno.test("`searchStudy()` adds metrics of every search, baselines and figures", async () => {
  const { metrics, baselines, figures, logged } = await studied();
  const names = ["saved/share", "saved/bad", "best", "configurations", "hypervolume"]
    .concat(["regret", "gain"].flatMap((name) => [name, `${name}/low`, `${name}/high`]));
  for (const search of ["random", "nsga2"]) {
    for (const name of names) {
      const path = `search/${search}/${name}`, { value } = metrics[path]!;
      assert(Number.isFinite(value), path);
      // The same oracle under another name does the same.
      assertEquals(baselines["other"]![path], value);
    }
    const value = (name: string) => metrics[`search/${search}/${name}`]!.value;
    const alone = baselines["no oracle"]!;
    assertEquals(alone[`search/${search}/configurations`], 8);
    assert(Math.abs(alone[`search/${search}/best`]! - value("best") - value("gain")) < 1e-12);
    assert(value("saved/share") > 0 && value("saved/share") < 1 && value("regret") >= 0);
    assert(value("configurations") >= 8);
  }
  assert(metrics["search/noise"]!.value > 0);
  assertEquals(
    Object.keys(metrics).filter((name) => name.startsWith("search/random/common/")).length,
    4,
  );
  assertEquals(figures.map(({ name }) => name), [
    "search-savings",
    "search-found",
    "search-fronts",
    "search-front-metrics",
  ]);
  assertEquals(logged[0]!.slice(0, 2), ["search/0/random/no oracle/best", 1]);
});

Deno.test("`searchStudy()` ends the same when it was interrupted", async () => {
  const { logged: all, ...expected } = await studied();
  for (const after of [1, 7, all.length]) {
    const ending = new AbortController();
    let kept: { at: Checkpoint; state: SavedState } | null = null;
    const checkpoints = {
      newest: () => Promise.resolve(kept),
      due: () => false,
      write(at: Checkpoint, arrays: ReadonlyMap<string, ShapedArray>) {
        kept = { at, state: new SavedState(new Map(arrays), "test") };
        return Promise.resolve();
      },
    };
    const around: LoopHooks["around"] = async (step, take) => {
      if (step === after) ending.abort(new Error("interrupted"));
      return await take();
    };
    const begun = studied({ checkpoints, around, signal: ending.signal });
    await assertRejects(() => begun, Error, "interrupted");
    const { logged, ...resumed } = await studied({ checkpoints });
    assertEquals(logged, all.slice(after));
    assertEquals(resumed, expected);
  }
});
