import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey, uniform } from "assay";
import { DYNAMICS } from "./dynamics.ts";
import { episodeChain, episodesAhead, walkEpisodes } from "./episodes.ts";

const SMALL = {
  ...DYNAMICS,
  episodes: [
    { share: 3, depth: 0.5, fill: 2, drain: 2 },
    { share: 1, depth: 0.2, fill: 4, drain: 1 },
  ],
  idle: 10,
  onset: 2,
  holdAtLeast: 2,
  holdMore: 4,
  recovery: 2,
  buffer: 100,
};

Deno.test("`episodeChain()` walks the phases with the values computed by hand", () => {
  const chain = episodeChain(SMALL);
  assertEquals(chain.length, 1 + (2 + 2 + 2 + 2 + 2) + (4 + 2 + 2 + 1 + 2));
  assertEquals(chain.slice(0, 11).map(({ phase, lost, backlog }) => [phase, lost, backlog]), [
    ["idle", 0, 0],
    ["fill", 0, 50],
    ["fill", 0, 100],
    ["onset", 0.25, 100],
    ["onset", 0.5, 100],
    ["hold", 0.5, 100],
    ["hold", 0.5, 100],
    ["drain", 0.5, 50],
    ["drain", 0.5, 0],
    ["recovery", 0.25, 0],
    ["recovery", 0, 0],
  ]);
  assertEquals(chain[0]!.next, [
    { state: 0, probability: 0.9 },
    { state: 1, probability: 0.75 / 10 },
    { state: 11, probability: 0.25 / 10 },
  ]);
  assertEquals(chain[6]!.next, [
    { state: 6, probability: 0.75 },
    { state: 7, probability: 0.25 },
  ]);
  assertEquals(chain[10]!.next, [{ state: 0, probability: 1 }]);
  assertEquals(chain[21]!.next, [{ state: 0, probability: 1 }]);
});

Deno.test("`episodeChain()` announces every change of throughput longer than 15 minutes ahead", () => {
  for (const { fill, drain } of DYNAMICS.episodes) assert(fill > 15 && drain > 15);
});

Deno.test("`episodesAhead()` sums the chain's steps", () => {
  const chain = episodeChain(SMALL);
  assertEquals(episodesAhead(chain, 0)[5], new Map([[5, 1]]));
  const one = episodesAhead(chain, 1);
  assertEquals(one[0]!.get(0), 0.9);
  const three = episodesAhead(chain, 3);
  assertAlmostEquals(three[0]!.get(0)!, 0.9 ** 3);
  assertAlmostEquals(three[0]!.get(2)!, 0.9 * 0.075); // idle once, then into the first class
  assertAlmostEquals(three[6]!.get(6)!, 0.75 ** 3);
  assertEquals(three[1], new Map([[4, 1]])); // fill, fill, onset, onset: nothing random
  for (const ends of three) {
    assertAlmostEquals([...ends.values()].reduce((sum, p) => sum + p, 0), 1, 1e-12);
  }
});

Deno.test("`walkEpisodes()` visits states as often as `episodesAhead()` expects", () => {
  const chain = episodeChain(SMALL);
  const path = walkEpisodes(chain, uniform(rootKey(5), 400_000));
  assertEquals(path[0], 0);
  const ahead = episodesAhead(chain, 8)[0]!;
  const counts = new Map<number, number>();
  let total = 0;
  for (let i = 0; i + 8 < path.length; i++) {
    if (path[i] !== 0) continue;
    counts.set(path[i + 8]!, (counts.get(path[i + 8]!) ?? 0) + 1);
    total++;
  }
  assertEquals([...counts.keys()].every((state) => ahead.has(state)), true);
  for (const [state, p] of ahead) {
    // Neighbouring visits overlap, so the error is some times that of independent draws.
    const within = 12 * Math.sqrt(p / total) + 1e-4;
    assertAlmostEquals((counts.get(state) ?? 0) / total, p, within, `state ${state}`);
  }
});
