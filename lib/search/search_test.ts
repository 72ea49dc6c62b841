import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, safetensorsParts } from "../dataset/safetensors.ts";
import { rootKey } from "../random/key.ts";
import { digestState, readState, SavedState } from "../train/state.ts";
import { Nsga2, type Nsga2Options } from "./nsga2.ts";
import { RandomSearch } from "./random_search.ts";
import type { Fitness, Searcher } from "./searcher.ts";
import { searchSpace } from "./space.ts";
import { advance, dtlz2, type Problem, share, tanaka, zdt1 } from "./testing.ts";

const key = rootKey(8);
const seeds = [1, 2, 3, 4, 5];
const digestOf = async <C>(search: Searcher<C>) => digestState(await readState(search.state()));

/** As many evaluations by both; the shares of the best hypervolume. */
function against<C>(problem: Problem<C>, options: Omit<Nsga2Options<C>, "space" | "key">) {
  return seeds.map((seed) => {
    const common = { space: problem.space, key: rootKey(seed), population: 40 };
    const searches = [new Nsga2({ ...common, ...options }), new RandomSearch(common)] as const;
    for (const search of searches) advance(search, problem, 50);
    for (const { evaluated } of searches) assertEquals(evaluated.length, 2000);
    return searches.map((search) => share(search, problem)) as [number, number];
  });
}

Deno.test("`Nsga2` finds the front of ZDT1, where random search finds next to nothing", () => {
  for (const archive of [false, true]) {
    for (const [found, random] of against(zdt1(8), { archive, tournament: archive ? 3 : 2 })) {
      assert(found > 0.9 && random < 0.2, `${found}, at random ${random}`);
    }
  }
});

Deno.test("`Nsga2` finds the front of DTLZ2 with three objectives", () => {
  for (const [found, random] of against(dtlz2(), {})) {
    assert(found > 0.9 && found > random + 0.2, `${found}, at random ${random}`);
  }
});

Deno.test("`Nsga2` finds the front of Tanaka's problem, on the edge of what is feasible", () => {
  const problem = tanaka();
  for (const [found, random] of against(problem, { mutation: { eta: 20, probability: 0.5 } })) {
    assert(found > 0.92 && found > random + 0.03, `${found}, at random ${random}`);
  }
});

/** A space with genes of each kind and a repair; 1 a configuration in 8 is infeasible. */
const mixed: Problem<{
  readonly rate: number;
  readonly end: number;
  readonly side: number;
  readonly topology: "hex" | "square";
}> = {
  space: searchSpace({
    rate: { kind: "real", low: 0.001, high: 1, scale: "log" },
    end: { kind: "real", low: 0.001, high: 1, scale: "log" },
    side: { kind: "integer", low: 5, high: 20 },
    topology: { kind: "choice", values: ["hex", "square"] },
  }, (one) => ({ ...one, rate: Math.max(one.rate, one.end), end: Math.min(one.rate, one.end) })),
  evaluate: ({ rate, end, side, topology }) => ({
    objectives: [
      side * (rate - 0.1) * (rate - 0.1) + (topology === "hex" ? 0 : 0.1),
      end / side + rate,
    ],
    violation: Math.max(0, 7 - side),
  }),
  reference: [2, 2],
  best: 4,
};

const searchers = {
  "`Nsga2`": () => new Nsga2({ space: mixed.space, key }),
  "`Nsga2` with an archive": () => new Nsga2({ space: mixed.space, key, archive: true }),
  "`RandomSearch`": () => new RandomSearch({ space: mixed.space, key }),
};

for (const [name, make] of Object.entries(searchers)) {
  Deno.test(`${name} goes on from its state as if it had never ended`, async () => {
    const whole = make();
    advance(whole, mixed, 12);
    for (const from of [0, 1, 5, 12]) {
      const ended = make();
      advance(ended, mixed, from);
      const arrays = Object.fromEntries(await readState(ended.state()));
      const file = new Uint8Array(await new Blob(safetensorsParts(arrays)).arrayBuffer());
      const saved = new SavedState(decodeSafetensors(file, "test").tensors, "test");
      const other = make();
      advance(other, mixed, 2);
      other.propose();
      other.restore(saved);
      assertEquals(other.front, ended.front);
      advance(other, mixed, 12 - from);
      assertEquals(other.evaluated, whole.evaluated);
      assertEquals(other.front, whole.front);
      assertEquals(await digestOf(other), await digestOf(whole));
    }
  });

  Deno.test(`${name} proposes nothing twice, and repairs all`, () => {
    const search = make();
    advance(search, mixed, 30);
    assertEquals(search.evaluated.length, 600);
    assertEquals(new Set(search.evaluated.map(({ hash }) => hash)).size, 600);
    assert(search.evaluated.every(({ configuration: { rate, end } }) => rate >= end));
    assertEquals(search.evaluated.map(({ number }) => number), [...Array(600).keys()]);
    assert(
      search.evaluated.every(({ number, generation }) => generation === Math.floor(number / 20)),
    );
  });
}

Deno.test("`Nsga2` and `RandomSearch` have the bits of the record, which no machine changes", async () => {
  const digests = {
    "`Nsga2`": "d2edebc1e24d3f354dc8da273f0cf0b605ddd9d7026e41227898c877b9958d19",
    "`RandomSearch`": "d3105263bde924c26d10a60120bb39ec81d787c863237c85a2fa9877cd24b5b0",
  };
  for (const [name, digest] of Object.entries(digests)) {
    const search = searchers[name as keyof typeof digests]();
    advance(search, mixed, 12);
    assertEquals(await digestOf(search), digest);
  }
});

Deno.test("`Nsga2` draws from its key, and begins as `RandomSearch` does", async () => {
  const other = new Nsga2({ space: mixed.space, key: rootKey(9) });
  assertNotEquals(other.propose(), searchers["`Nsga2`"]().propose());
  assertEquals(searchers["`RandomSearch`"]().propose(), searchers["`Nsga2`"]().propose());
  // Asked again, it proposes the same.
  assertEquals(other.propose(), other.propose());
  advance(other, mixed, 3);
  const again = new Nsga2({ space: mixed.space, key: rootKey(9) });
  advance(again, mixed, 3);
  assertEquals(await digestOf(again), await digestOf(other));
});

Deno.test("a search ends when the space has nothing new", () => {
  const space = searchSpace({
    a: { kind: "choice", values: ["x", "y", "z"] },
    b: { kind: "integer", low: 0, high: 3 },
  });
  for (
    const search of [
      new Nsga2({ space, key, population: 5 }),
      new RandomSearch({ space, key, population: 5 }),
    ]
  ) {
    const sizes: number[] = [];
    for (let generation = 0; generation < 6; generation++) {
      const proposed = search.propose();
      sizes.push(proposed.length);
      search.tell(proposed.map(({ genome }) => ({ objectives: [genome[0]!, genome[1]!] })));
    }
    assertEquals(sizes, [5, 5, 2, 0, 0, 0]);
    assertEquals(search.front.map(({ configuration }) => configuration), [{ a: "x", b: 0 }]);
  }
});

Deno.test("`Nsga2` lets the better fronts live, of the last the least crowded", () => {
  const space = searchSpace({ x: { kind: "real", low: 0, high: 1 } });
  const search = new Nsga2({ space, key, population: 4 });
  const tell = (...objectives: number[][]) => {
    search.propose();
    search.tell(objectives.map((own) => ({ objectives: own })));
    return search.living.map(({ number }) => number).sort((a, b) => a - b);
  };
  assertEquals(tell([5, 5], [6, 6], [7, 7], [8, 8]), [0, 1, 2, 3]);
  assertEquals(tell([4, 6], [6, 4], [9, 9], [9, 9]), [0, 1, 4, 5]);
  // Five on the first front: the one that lies between near neighbours gives way.
  assertEquals(tell([0, 20], [20, 0], [9, 9], [9, 9]), [4, 5, 8, 9]);
  assertEquals(search.front.map(({ number }) => number), [0, 4, 5, 8, 9]);
});

Deno.test("`Nsga2` with an archive brings back what was crowded out", () => {
  const space = searchSpace({ x: { kind: "real", low: 0, high: 1 } });
  const generations = [
    [[0, 20], [20, 0], [10, 10]],
    [[5, 5], [4, 6], [30, 30]], // there is room for one of the first two
    [[5, 1], [40, 40], [50, 50]], // which is dominated now
  ];
  const living = [false, true].map((archive) => {
    const search = new Nsga2({ space, key, population: 3, archive });
    for (const generation of generations) {
      search.propose();
      search.tell(generation.map((objectives) => ({ objectives })));
    }
    return search.living.map(({ objectives }) => objectives).sort(([a], [b]) => a! - b!);
  });
  assertEquals(living, [[[0, 20], [5, 1], [20, 0]], [[0, 20], [4, 6], [20, 0]]]);
});

Deno.test("`tell()` refuses what cannot be the fitness of what was proposed, and takes none of it", () => {
  const search = searchers["`Nsga2`"]();
  assertThrows(() => search.tell([{ objectives: [1] }]), RangeError, "it proposed 0 candidates");
  const fitness = search.propose().map((): Fitness => ({ objectives: [1, 2] }));
  assertThrows(() => search.tell(fitness.slice(1)), RangeError, "of 19 evaluations");
  const broken: [Fitness, string][] = [
    [{ objectives: [1, NaN] }, "candidate 7 has the objectives [1, NaN]"],
    [{ objectives: [1] }, "needs 2 finite objectives"],
    [{ objectives: [1, 2], violation: -1 }, "the violation -1"],
    [{ objectives: [1, 2], violation: Infinity }, "Tell a large violation"],
  ];
  for (const [one, says] of broken) {
    assertThrows(() => search.tell(fitness.with(7, one)), RangeError, says);
  }
  assertEquals(search.evaluated, []);
  search.tell(fitness);
  assertEquals(search.evaluated.length, 20);
});

Deno.test("settings outside their range are refused", () => {
  const { space } = mixed;
  assertThrows(
    () => new RandomSearch({ space, key, population: 0 }),
    RangeError,
    "of 0 candidates",
  );
  assertThrows(() => new Nsga2({ space, key, population: 1.5 }), RangeError, "of 1.5 candidates");
  assertThrows(() => new Nsga2({ space, key, tournament: 0 }), RangeError, "among 0 individuals");
  const operator = { eta: 0, probability: 0.5 };
  assertThrows(
    () => new Nsga2({ space, key, mutation: operator }),
    RangeError,
    "mutation of eta 0",
  );
  assertThrows(
    () => new Nsga2({ space, key, crossover: { eta: 20, probability: 2 } }),
    RangeError,
    "crossover of eta 20 and probability 2",
  );
});
