import { rootKey } from "assay";
import { assert, assertEquals } from "@std/assert";
import { configurationId, dataSet, parseConfiguration, SomTraining } from "../../data/som.ts";
import { januarySpace, laterSpace, lengthsFor, type SomSpace } from "./search_space.ts";

const key = rootKey(4);

/** What so many draws stand for. */
function drawn<C>({ space, som }: SomSpace<C>, count = 300) {
  return Array.from({ length: count }, (_, i) => som(space.configuration(space.sample(key.at(i)))));
}

Deno.test("`laterSpace()` has configurations that can be trained, of sides that the data warrants", () => {
  const sides: Record<number, [number, number]> = {
    1: [2, 2],
    50: [7, 7],
    200: [8, 10],
    600: [8, 14],
    5000: [14, 24],
  };
  for (const [samples, [low, high]] of Object.entries(sides)) {
    const all = drawn(laterSpace(Number(samples)));
    for (const one of all) parseConfiguration(one, "the space");
    assertEquals(Math.min(...all.map(({ rows }) => rows)), low);
    assertEquals(Math.max(...all.map(({ columns }) => columns)), high);
    const lengths = lengthsFor(Number(samples));
    assert(
      all.every((one) => one.epochMultiplier >= lengths.low && one.epochMultiplier <= lengths.high),
    );
    assert(all.every((one) => one.startBatchPercent <= one.endBatchPercent));
  }
});

Deno.test("`lengthsFor()` joins the anchors, and ends with them", () => {
  const anchors = {
    1: [1, 5],
    100: [1, 5],
    500: [1, 5],
    5000: [0.5, 3],
    20000: [0.3, 1],
    1e6: [0.1, 0.3],
  };
  for (const [samples, bounds] of Object.entries(anchors)) {
    const { low, high } = lengthsFor(Number(samples));
    assertEquals([low, high], bounds);
  }
  assert(lengthsFor(1000).high < 5 && lengthsFor(1000).high > lengthsFor(1001).high);
});

Deno.test("`januarySpace()` has configurations that can be trained, whatever was bred", () => {
  const all = drawn(januarySpace());
  for (const one of all) parseConfiguration(one, "the space");
  assert(all.every((one) => one.startBatchPercent <= one.endBatchPercent));
  assertEquals([...new Set(all.map(({ rows }) => rows))].sort((a, b) => a - b), [8, 10, 15]);
  const [{ space }, data] = [
    januarySpace(),
    dataSet(key, { kind: "blobs", samples: 20, dimensions: 3 }),
  ];
  for (const one of all.slice(0, 10)) new SomTraining(key, data, one).advance();
  for (let i = 0; i < 300; i++) {
    const sampled = space.sample(key.at(i));
    assertEquals(space.repaired(sampled), sampled);
  }
});

Deno.test("what trains alike is one configuration in both spaces, and what does not is several", () => {
  for (const { space, som } of [laterSpace(300), januarySpace()] as SomSpace<unknown>[]) {
    const genomes = new Map<string, string>();
    for (let i = 0; i < 2000; i++) {
      const genome = space.sample(key.at(i)),
        id = configurationId(som(space.configuration(genome)));
      assertEquals(genomes.get(id) ?? genome.join(), genome.join());
      genomes.set(id, genome.join());
    }
    assertEquals(new Set(genomes.values()).size, genomes.size);
  }
});
