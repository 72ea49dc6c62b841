import { assert, assertEquals } from "@std/assert";
import { normalQuantile } from "./normal_quantile.ts";

Deno.test("`normalQuantile()` has the values of mpmath to 1e-15", () => {
  // Probabilities in every branch, those of the published test among them; roots found at 60 digits.
  const known: [number, number][] = [
    [1e-300, -37.047096299361199237],
    [1e-20, -9.2623400897984075796],
    [2 ** -53, -8.2095361516013868556],
    [1e-10, -6.3613409024040561991],
    [0.001, -3.0902323061678135354],
    [0.02425, -1.9729610513118848376],
    [0.07, -1.4757910281791706856],
    [0.0749999, -1.4395321773759005864],
    [0.08, -1.4050715603096325447],
    [0.25, -0.6744897501960817432],
    [0.4, -0.25334710313579974132],
    [0.5 + 2 ** -40, 2.2797651350911114627e-12],
    [0.9, 1.2815515655446005935],
    [0.975, 1.9599639845400538556],
    [0.9995, 3.2905267314919257787],
    [1 - 2 ** -53, 8.2095361516013868556],
  ];
  for (const [p, x] of known) {
    const error = Math.abs(normalQuantile(p) / x - 1);
    assert(error < 1e-15, `normalQuantile(${p}) = ${normalQuantile(p)}, not ${x}`);
  }
});

Deno.test("`normalQuantile()` is odd about 1/2 and ascending, across its branches too", () => {
  let last = -Infinity;
  for (let i = 1; i < 4096; i++) {
    const p = i / 4096;
    assertEquals(normalQuantile(1 - p), i === 2048 ? 0 : -normalQuantile(p));
    assert(normalQuantile(p) > last);
    last = normalQuantile(p);
  }
});

Deno.test("`normalQuantile()` at the ends and beyond", () => {
  assertEquals([0, 1, 0.5].map(normalQuantile), [-Infinity, Infinity, 0]);
  assertEquals([-0.1, 1.1, NaN].map(normalQuantile), [NaN, NaN, NaN]);
});
