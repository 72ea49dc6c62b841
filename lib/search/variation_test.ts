import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { searchSpace } from "./space.ts";
import { crossover, mutate, polynomial, simulatedBinary } from "./variation.ts";

const key = rootKey(8);
const n = 20_000;

/** The greatest distance between the distribution of values and what it should be (Kolmogorov and Smirnov). */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  return Math.max(
    ...values.toSorted((a, b) => a - b).map((x, i) =>
      Math.max(cdf(x) - i / values.length, (i + 1) / values.length - cdf(x))
    ),
  );
}

/** What the distance exceeds once in a million draws. */
const most = 2.69 / Math.sqrt(n);

Deno.test("`simulatedBinary()` keeps the mean of its parents and stays in bounds", () => {
  const [xs, ys, us] = ["x", "y", "u"].map((name) => uniform(key.key(name), n));
  for (const eta of [0.5, 2, 20]) {
    for (let i = 0; i < n; i++) {
      const x = 3 * xs![i]! - 1, y = 3 * ys![i]! - 1;
      const [c, d] = simulatedBinary(x, y, { low: -1, high: 2 }, eta, us![i]!);
      assertAlmostEquals((c + d) / 2, (x + y) / 2, 1e-14);
      assert(Math.min(c, d) > -1 - 1e-14 && Math.max(c, d) < 2 + 1e-14);
      assertEquals(c <= d, x <= y);
    }
  }
});

Deno.test("`simulatedBinary()` spreads as published: β ≤ x with probability xᵉ/2 below 1, 1 - x⁻ᵉ/2 above", () => {
  for (const eta of [2, 20]) {
    const spreads = Array.from(uniform(key.key("spread"), n), (u) => {
      const [c, d] = simulatedBinary(1, 3, { low: -1e12, high: 1e12 }, eta, u);
      return (d - c) / 2;
    });
    const cdf = (x: number) => x <= 1 ? x ** (eta + 1) / 2 : 1 - x ** -(eta + 1) / 2;
    assert(distance(spreads, cdf) < most);
  }
});

Deno.test("`simulatedBinary()` cuts off the spreads that would leave the axis, and no others", () => {
  const eta = 2, limit = 1 + 2 * 0.5 / 2; // half a step from the nearer end, parents two apart
  const spreads = Array.from(uniform(key.key("cut"), n), (u) => {
    const [c, d] = simulatedBinary(1, 3, { low: 0.5, high: 9 }, eta, u);
    return (d - c) / 2;
  });
  const free = (x: number) => x <= 1 ? x ** (eta + 1) / 2 : 1 - x ** -(eta + 1) / 2;
  assert(spreads.every((spread) => spread <= limit + 1e-12));
  assert(distance(spreads, (x) => free(x) / free(limit)) < most);
});

Deno.test("`polynomial()` steps as published, both ways, within the axis", () => {
  const ends = { low: -1, high: 3 }, eta = 20;
  const us = uniform(key.key("polynomial"), n);
  for (const x of [-1, -0.9, 1, 3]) {
    const children = Array.from(us, (u) => polynomial(x, ends, eta, u));
    assert(children.every((child) => child >= -1 - 1e-15 && child <= 3 + 1e-15));
    assertAlmostEquals(polynomial(x, ends, eta, 0), -1, 1e-14);
    const below = children.filter((child) => child < x).length;
    if (x > -1) assert(Math.abs(below - n / 2) < 5 * Math.sqrt(n / 4));
  }
  // From the middle a step of the share s to either side is exceeded with probability (1 - s)^(η + 1), the way to the
  // end being all but never gone.
  const steps = Array.from(us, (u) => Math.abs(polynomial(1, ends, eta, u) - 1) / 4);
  assert(distance(steps, (s) => 1 - (1 - s) ** (eta + 1)) < most);
  assertEquals(polynomial(5, { low: 5, high: 5 }, eta, 0.3), 5);
});

const space = searchSpace({
  rate: { kind: "real", low: 0.001, high: 1, scale: "log" },
  share: { kind: "real", low: 0, high: 1 },
  side: { kind: "integer", low: 5, high: 30 },
  topology: { kind: "choice", values: ["hex", "square", "ring", "line"] },
});
const a = space.genome({ rate: 0.002, share: 0.3, side: 7, topology: "hex" });
const b = space.genome({ rate: 0.1, share: 0.4, side: 20, topology: "line" });

Deno.test("`crossover()` changes a gene as often as asked, and copies the others bit for bit", () => {
  let changed = 0, exchanged = 0;
  for (let i = 0; i < 5000; i++) {
    const [c, d] = crossover(key.at(i), space.loci, [a, b], { eta: 2, probability: 0.3 });
    if (c[1] === a[1]) assertEquals(d[1], b[1]);
    else changed++;
    if (c[3] === a[3]) assertEquals(d[3], b[3]);
    else exchanged++;
    // Means are kept on the scale that the gene is crossed on.
    assertAlmostEquals(Math.log(c[0]! * d[0]!), Math.log(a[0]! * b[0]!), 1e-12);
    assertAlmostEquals(c[1]! + d[1]!, a[1]! + b[1]!, 1e-14);
    assert(Math.abs(c[2]! + d[2]! - 27) <= 1);
    assertEquals([c, d].map((child) => space.genome(space.configuration(child))), [c, d]);
  }
  for (const count of [changed, exchanged]) {
    assert(Math.abs(count - 1500) < 5 * Math.sqrt(5000 * 0.21));
  }
  assertEquals(crossover(key, space.loci, [a, b], { eta: 2, probability: 0 }), [a, b]);
  assertEquals(crossover(key, space.loci, [a, a], { eta: 2, probability: 1 }), [a, a]);
});

Deno.test("`crossover()` gives each child what is nearer to either parent as often", () => {
  let near = 0;
  for (let i = 0; i < 5000; i++) {
    const [c, d] = crossover(key.at(i), space.loci, [a, b], { eta: 20, probability: 1 });
    if (c[1]! < d[1]!) near++;
  }
  assert(Math.abs(near - 2500) < 5 * Math.sqrt(5000 / 4));
});

Deno.test("`mutate()` changes a gene as often as asked, a choice to any other value", () => {
  const counts = [0, 0, 0, 0], topologies = [0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) {
    const child = mutate(key.at(i), space.loci, a, { eta: 2, probability: 0.3 });
    assertEquals(space.genome(space.configuration(child)), child);
    child.forEach((x, gene) => counts[gene]! += Number(x !== a[gene]));
    topologies[child[3]!]!++;
  }
  // Some steps of an integer are rounded away.
  for (const gene of [0, 1, 3]) assert(Math.abs(counts[gene]! - 1500) < 5 * Math.sqrt(5000 * 0.21));
  assert(counts[2]! > 1000 && counts[2]! < 1500);
  for (const count of topologies.slice(1)) assert(Math.abs(count - 500) < 5 * Math.sqrt(450));
  assertEquals(mutate(key, space.loci, a, { eta: 2, probability: 0 }), a);
});
