import { assert, assertEquals, assertThrows } from "@std/assert";
import { constantPolicy, integers, rootKey, savedState } from "assay";
import { evaluate, evaluateConstants, placementReferences } from "./evaluation.ts";
import { fleetOf } from "./fleet.ts";
import { PlacementEnvironment } from "./placement_environment.ts";
import { REWARD_BOUNDS } from "./reward.ts";
import { STRATEGIC } from "./strategic.ts";
import { TACTICAL } from "./tactical.ts";
import { handTrace, smallTrace } from "./testing.ts";

const SPLIT = { trainHours: 48, validationHours: 60 };
const fleet = fleetOf(smallTrace(rootKey(8).key("trace"), 40, 3), SPLIT);
const problems = [STRATEGIC, TACTICAL];

/** Random actions for some steps; all states, rewards and ends. */
function played(environment: PlacementEnvironment, steps: number, from = 0) {
  const { count, stateSize, actions } = environment;
  const states: number[] = [], rewards: number[] = [], dones: number[] = [];
  const state = new Float32Array(count * stateSize);
  const reward = new Float32Array(count), done = new Uint8Array(count);
  for (let step = from; step < from + steps; step++) {
    environment.observe(state);
    environment.step(integers(rootKey(1).at(step), count, 0, actions), reward, done);
    states.push(...state);
    rewards.push(...reward);
    dones.push(...done);
  }
  return { states, rewards, dones };
}

for (const problem of problems) {
  const make = () =>
    new PlacementEnvironment(fleet, problem, { part: "train", count: 7, key: rootKey(2) });

  Deno.test(`\`PlacementEnvironment\`, ${problem.name}: states and rewards stay in their bounds`, () => {
    const { states, rewards, dones } = played(make(), 300);
    assert(states.every((value) => value >= 0 && value <= 1.5));
    assert(rewards.every((value) => value >= REWARD_BOUNDS.low && value <= REWARD_BOUNDS.high));
    assert(dones.includes(1) && dones.includes(0));
    // Every element varies: none is there for nothing.
    for (let j = 0; j < problem.stateSize; j++) {
      const values = states.filter((_, i) => i % problem.stateSize === j);
      assert(new Set(values).size > 1, `element ${j}`);
    }
  });

  Deno.test(`\`PlacementEnvironment\`, ${problem.name}: the same key gives the same bits`, () => {
    const environment = make();
    const once = played(environment, 100);
    environment.reset();
    assertEquals(played(environment, 100), once);
    assertEquals(played(make(), 100), once);
  });

  Deno.test(`\`PlacementEnvironment\`, ${problem.name}: goes on from a saved state bit for bit`, async () => {
    const whole = make(), loaded = make();
    played(whole, 61);
    const saved = await savedState(whole, "the environment");
    const rest = played(whole, 80, 61);
    played(loaded, 5);
    loaded.restore(saved);
    assertEquals(played(loaded, 80, 61), rest);
  });

  Deno.test(`\`PlacementEnvironment\`, ${problem.name}: trying an action changes nothing and tells its reward`, () => {
    const environment = make(), untouched = make();
    for (let step = 0; step < 40; step++) {
      const actions = integers(rootKey(4).at(step), 7, 0, problem.actions);
      const told = Array.from(actions, (action, i) => {
        for (let other = 0; other < problem.actions; other++) environment.rewardOf(i, other);
        return environment.rewardOf(i, action);
      });
      const rewards = new Float32Array(7), others = new Float32Array(7);
      environment.step(actions, rewards, new Uint8Array(7));
      untouched.step(actions, others, new Uint8Array(7));
      assertEquals([...rewards], told);
      assertEquals(rewards, others);
    }
  });

  Deno.test(`\`PlacementEnvironment\`, ${problem.name}: a state knows nothing of the hour to come`, () => {
    const now = 50 * 3600;
    const past = [[0, 100, 1], [0, 100_000, 2], [0, 176_000, 1], [0, 176_000.05, 1]] as const;
    const states = [[[0, now, 0.01]], [[0, now + 3000, 90], [0, now + 3001, 7]]].map((future) => {
      const trace = handTrace([{}], [...past, ...future as [number, number, number][]]);
      const environment = new PlacementEnvironment(
        fleetOf(trace, { trainHours: 40, validationHours: 41 }),
        problem,
        { part: "test", count: 1 },
      );
      environment.step(Int32Array.of(1), new Float32Array(1), new Uint8Array(1));
      const state = new Float32Array(problem.stateSize);
      environment.observe(state);
      return state;
    });
    assertEquals(states[0], states[1]);
    assert(states[0]!.some((value) => value > 0));
  });

  Deno.test(`\`placementReferences()\`, ${problem.name}: what is decided matters`, async () => {
    const trained = await evaluateConstants(fleet, problem, "train");
    const references = await placementReferences(fleet, problem, "test", rootKey(3), trained);
    const { random, constants, bestAction, oracle } = references;
    const best = constants[bestAction]!;
    const hours = fleet.episodes.test.reduce((sum, { from, to }) => sum + to - from, 0);
    assertEquals(random.decisions, hours);
    assertEquals(oracle.chosen.reduce((sum, count) => sum + count, 0), hours);
    assertEquals(best.meanReward, Math.max(...constants.map(({ meanReward }) => meanReward)));
    assert(random.meanReward < best.meanReward);
    assert(oracle.meanReward > best.meanReward + 0.03, `${oracle.meanReward}`);
    // No single action is right everywhere.
    assert(oracle.chosen.every((count) => count < 0.75 * hours));
  });
}

Deno.test("`PlacementEnvironment` refuses a state of another width, and a part without invocations", async () => {
  const [wide, narrow] = [3, 2].map((count) =>
    new PlacementEnvironment(fleet, STRATEGIC, { part: "train", count })
  );
  const saved = await savedState(narrow!, "another");
  assertThrows(() => wide!.restore(saved), RangeError, "2 environments: these are 3");
  const short = fleetOf(handTrace([{}], [[0, 1, 1]]), { trainHours: 1, validationHours: 2 });
  const make = () => new PlacementEnvironment(short, STRATEGIC, { part: "test", count: 1 });
  assertThrows(make, RangeError, "nothing is invoked");
});

Deno.test("`evaluate()` has the mean of each function", async () => {
  const evaluation = await evaluate(fleet, STRATEGIC, "test", constantPolicy(0));
  const { functionIndex } = fleet.hours;
  let sum = 0;
  for (const { from, to } of fleet.episodes.test) {
    sum += (to - from) * evaluation.byFunction[functionIndex[from]!]!;
  }
  assert(Math.abs(sum / evaluation.decisions - evaluation.meanReward) < 1e-12);
  assertEquals(evaluation.chosen, [evaluation.decisions, 0, 0]);
  // Each of the part's invocations once, though environments go on until the last has played its episode.
  const { first, invocations } = fleet.hours;
  const served = fleet.episodes.test.reduce(
    (sum, { from, to }) => sum + first[to - 1]! + invocations[to - 1]! - first[from]!,
    0,
  );
  assertEquals(evaluation.outcome.invocations, served);
});
