import { readState, rootKey, SavedState, savedState } from "assay";
import { assert, assertEquals } from "@std/assert";
import { Batches } from "./batches.ts";

const key = rootKey(1);

/** The batches of so many per cent, one after the other. */
function drawn(batches: Batches, samples: number, percents: readonly number[]): number[][] {
  const into = new Uint32Array(samples);
  return percents.map((percent) => [...into.subarray(0, batches.draw(percent, into))]);
}

for (const sampling of ["random", "reshuffle"] as const) {
  Deno.test(`\`Batches\` draws as many from every section, ${sampling}`, () => {
    for (const [samples, sections] of [[23, 1], [23, 3], [2, 5], [100, 7], [1, 1]]) {
      const batches = new Batches(key, { samples: samples!, sections: sections!, sampling });
      const sizes = Array.from(
        { length: sections! },
        (_, s) => Math.floor(samples! / sections!) + (s < samples! % sections! ? 1 : 0),
      );
      const percents = [0, 1, 4.4, 30, 100];
      drawn(batches, samples!, percents).forEach((batch, i) => {
        const wanted = Math.max(1, Math.ceil(samples! * percents[i]! / 100));
        const sum = sizes.reduce((all, size) => all + Math.min(size, wanted), 0);
        assertEquals(batch.length, sum);
        if (sampling === "random") assertEquals(new Set(batch).size, batch.length);
        assert(batch.every((sample) => sample < samples!));
      });
    }
  });

  Deno.test(`\`Batches\` goes on from its state, ${sampling}`, async () => {
    const options = { samples: 50, sections: 2, sampling };
    const one = new Batches(key, options), other = new Batches(rootKey(1), options);
    // 2,048 numbers are drawn at most before a block ends.
    for (const percents of [[10], Array(300).fill(7), [100, 100, 3]]) {
      drawn(one, 50, percents);
      other.restore(await savedState(one, "here"));
      assertEquals(drawn(other, 50, [5, 60, 20]), drawn(one, 50, [5, 60, 20]));
    }
    assert(new SavedState(await readState(one.state()), "here").number("drawn") > 0);
  });

  Deno.test(`\`Batches\` draws every sample as often in the long run, ${sampling}`, () => {
    const batches = new Batches(key, { samples: 20, sections: 1, sampling });
    const counts = new Float64Array(20);
    drawn(batches, 20, Array(2000).fill(15)).flat().forEach((sample) => counts[sample]!++);
    // 300 each; the deviation of a count of independent batches is √(2000 · 0.15 · 0.85) = 16.
    for (const count of counts) assert(Math.abs(count - 300) <= (sampling === "random" ? 70 : 1));
  });
}

Deno.test("`Batches` that reshuffle see all before they see one again", () => {
  const batches = new Batches(key, { samples: 10, sections: 1, sampling: "reshuffle" });
  const order = drawn(batches, 10, Array(10).fill(30)).flat();
  for (let i = 0; i < 30; i += 10) assertEquals(new Set(order.slice(i, i + 10)).size, 10);
  assert(order.slice(0, 10).join() !== order.slice(10, 20).join());
});

Deno.test("`Batches` of another key are others", () => {
  const options = { samples: 40, sections: 1, sampling: "random" } as const;
  const [a, b] = [rootKey(1), rootKey(2)].map((k) => drawn(new Batches(k, options), 40, [20]));
  assert(a!.join() !== b!.join());
});
