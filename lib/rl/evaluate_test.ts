import { assertEquals } from "@std/assert";
import { rootKey } from "../random/key.ts";
import { evaluate, referencePolicies } from "./evaluate.ts";
import { constantPolicy } from "./policy.ts";
import { chain, delayed, tabular } from "./testing.ts";

const side = { key: rootKey(14), count: 6 };

Deno.test("`evaluate()` counts as many episodes of each environment, short or long", async () => {
  const environment = tabular(chain, side);
  const { returns, lengths, meanReturn, meanReward } = await evaluate(
    constantPolicy(1),
    environment,
    50,
  );
  assertEquals([returns.length, meanReturn], [300, 1]);
  // From state s it takes 5 - s steps to the end.
  assertEquals([...new Set(lengths)].sort(), [1, 2, 3, 4, 5]);
  assertEquals(meanReward, 300 / lengths.reduce((sum, n) => sum + n, 0));
  // A reset environment plays the same episodes again.
  assertEquals((await evaluate(constantPolicy(1), environment, 50)).lengths, lengths);
});

Deno.test("`referencePolicies()` has random actions between the constant ones", async () => {
  const found = await referencePolicies(rootKey(1), tabular(delayed, side), 100);
  assertEquals(Object.keys(found), ["random", "action-0", "action-1"]);
  const [random, first, second] = Object.values(found).map(({ meanReturn }) => meanReturn);
  assertEquals([Math.fround(first!), second], [Math.fround(0.2), 1]);
  assertEquals(random! > 0.5 && random! < 0.7, true);
});
