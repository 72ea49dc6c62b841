import { assert, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "../random/key.ts";
import type { Gene } from "./genes.ts";
import { configurationHash, searchSpace } from "./space.ts";

const key = rootKey(8);
const genes = {
  rate: { kind: "real", low: 0.001, high: 0.1, scale: "log" },
  share: { kind: "real", low: -1, high: 3 },
  side: { kind: "integer", low: 5, high: 9 },
  topology: { kind: "choice", values: ["hex", "square"] },
  steepness: { kind: "choice", values: [1, 5, 15] },
} as const;

/** Five standard deviations about the expected share of `n` draws. */
function assertShare(count: number, n: number, share: number) {
  const off = Math.abs(count - n * share);
  assert(off < 5 * Math.sqrt(n * share * (1 - share)), `${count} of ${n}, expected ${n * share}`);
}

Deno.test("`SearchSpace.sample()` is uniform on the scale of each gene", () => {
  const space = searchSpace(genes);
  const n = 20_000;
  const drawn = Array.from({ length: n }, (_, i) => space.configuration(space.sample(key.at(i))));
  const count = (of: (one: typeof drawn[number]) => boolean) => drawn.filter(of).length;
  assert(
    drawn.every(({ rate, share }) => rate >= 0.001 && rate <= 0.1 && share >= -1 && share <= 3),
  );
  assertShare(count(({ rate }) => rate < 0.01), n, 1 / 2);
  assertShare(count(({ share }) => share < 0), n, 1 / 4);
  for (const side of [5, 6, 7, 8, 9]) assertShare(count((one) => one.side === side), n, 1 / 5);
  for (const g of [1, 5, 15]) assertShare(count((one) => one.steepness === g), n, 1 / 3);
  assertShare(count(({ topology }) => topology === "hex"), n, 1 / 2);
  // Genes are independent.
  assertShare(count(({ rate, share }) => rate < 0.01 && share < 0), n, 1 / 8);
});

Deno.test("a genome and its configuration stand for one another, bit for bit", () => {
  const space = searchSpace(genes);
  for (let i = 0; i < 1000; i++) {
    const genome = space.sample(key.at(i));
    const configuration = space.configuration(genome);
    assertEquals(space.genome(configuration), genome);
    assertEquals(space.configuration(space.genome(configuration)), configuration);
  }
});

Deno.test("`SearchSpace.sample()` repairs, so that what does the same is the same", () => {
  const lr = { kind: "real", low: 0.01, high: 1, scale: "log" } as const;
  const decay = { kind: "choice", values: ["linear", "exp"] } as const;
  const space = searchSpace(
    { start: lr, end: lr, decay, steepness: genes.steepness },
    ({ start, end, decay, steepness }) => ({
      start: Math.max(start, end),
      end: Math.min(start, end),
      decay,
      steepness: decay === "linear" ? 1 : steepness,
    }),
  );
  const drawn = Array.from(
    { length: 1000 },
    (_, i) => space.configuration(space.sample(key.at(i))),
  );
  assert(drawn.every(({ start, end }) => start >= end));
  assert(drawn.every(({ decay, steepness }) => decay === "exp" || steepness === 1));
  assert(drawn.some(({ steepness }) => steepness === 15));
});

Deno.test("`SearchSpace.genome()` refuses what a gene cannot be", () => {
  const space = searchSpace(genes);
  const configuration = space.configuration(space.sample(key));
  for (const part of [{ rate: 0.2 }, { rate: NaN }, { side: 5.5 }, { side: 4 }]) {
    const [name] = Object.keys(part);
    assertThrows(() => space.genome({ ...configuration, ...part }), RangeError, `its "${name}" is`);
  }
  const beyond = searchSpace(genes, (one) => ({ ...one, share: one.share + 4 }));
  assertThrows(() => beyond.sample(key), RangeError, "let repair() stay in it");
});

Deno.test("`searchSpace()` refuses genes that have no value", () => {
  const broken: [string, Gene][] = [
    ["finite ends, low not above high", { kind: "real", low: 2, high: 1 }],
    ["finite ends, low not above high", { kind: "real", low: 0, high: Infinity }],
    ["low above 0", { kind: "real", low: 0, high: 1, scale: "log" }],
    ["ends that are integers", { kind: "integer", low: 0.5, high: 3 }],
    ["one value or more, all different", { kind: "choice", values: [] }],
    ["one value or more, all different", { kind: "choice", values: [1, 2, 1] }],
  ];
  for (const [says, gene] of broken) {
    assertThrows(() => searchSpace({ side: gene }), RangeError, `"side" with`);
    assertThrows(() => searchSpace({ side: gene }), RangeError, says);
  }
  const still = searchSpace({
    a: { kind: "real", low: 2, high: 2 },
    b: { kind: "integer", low: -3, high: -3 },
    c: { kind: "choice", values: [true] },
  });
  assertEquals(still.configuration(still.sample(key)), { a: 2, b: -3, c: true });
});

Deno.test("`configurationHash()` is of the values, not of how they are written", () => {
  const hash = configurationHash({ b: 1, a: { d: -0, c: [1e21] } });
  assertEquals(hash, configurationHash({ a: { c: [1e21], d: 0 }, b: 1 }));
  assertThrows(() => configurationHash({ a: NaN }), TypeError, "$.a is NaN");
});
