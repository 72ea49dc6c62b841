import { assertEquals, assertThrows } from "@std/assert";
import { Plateau } from "./plateau.ts";

Deno.test("`Plateau` cuts at the bad epoch after its patience, and counts anew", () => {
  const plateau = new Plateau(1, { factor: 0.5, patience: 5 });
  // A good epoch, then bad ones: the 6th and the 12th of them cut.
  const rates = [1, ...Array(13).fill(1)].map((loss) => plateau.next(loss));
  assertEquals(rates, [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
});

Deno.test("`Plateau` counts an improvement only beyond its relative threshold", () => {
  const plateau = new Plateau(1, { factor: 0.1, patience: 0 });
  assertEquals(plateau.next(2), 1);
  // 2 (1 - 1e-4) = 1.9998 itself is not better, anything below is.
  assertEquals(plateau.next(1.9998), 0.1);
  assertEquals(plateau.next(1.99979), 0.1);
  const coarse = new Plateau(1, { factor: 0.1, patience: 0, threshold: 0.5 });
  assertEquals([4, 2.1, 1.9].map((loss) => coarse.next(loss)), [1, 0.1, 0.1]);
});

Deno.test("`Plateau` forgets bad epochs at a good one, and stops at its floor", () => {
  const plateau = new Plateau(1, { factor: 0.5, patience: 1, floor: 0.4 });
  assertEquals([5, 5, 4, 4, 4, 4, 4].map((loss) => plateau.next(loss)), [
    1,
    1,
    1,
    1,
    0.5,
    0.5,
    0.4,
  ]);
});

Deno.test("`Plateau` refuses factors and patience out of range", () => {
  for (const factor of [0, 1, NaN]) {
    assertThrows(() => new Plateau(1, { factor, patience: 1 }), RangeError, `${factor}`);
  }
  assertThrows(() => new Plateau(1, { factor: 0.5, patience: -1 }), RangeError, "-1");
});
