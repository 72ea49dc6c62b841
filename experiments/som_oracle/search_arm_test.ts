import { digestState, readState, type RunStopper, SavedState } from "assay";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { configurationId } from "../../data/som.ts";
import { type SomSoFar, stopAbove, stopWorst } from "./oracle_stopping.ts";
import { isStopped, type SearchArm, type SearchArmOptions } from "./search_arm.ts";
import { mapSearchNames } from "./search_problem.ts";
import { lastValue, lastValueWatch, SMALL, smallField } from "./search_testing.ts";

type Limits = Pick<SearchArmOptions, "watch" | "budget" | "generations">;

const limits = (changes: Partial<Limits> = {}): Limits => ({
  watch: null,
  budget: () => Infinity,
  generations: 3,
  ...changes,
});

async function whole(arm: SearchArm): Promise<SearchArm> {
  while (!arm.over) await arm.step();
  return arm;
}

const digestOf = async (arm: SearchArm) => digestState(await readState(arm.state()));
const idsOf = ({ configurations }: SearchArm) => configurations.map(configurationId);

Deno.test("searches of one seed begin with the same generation, with an oracle and without", async () => {
  const field = smallField();
  const arms = [];
  for (const name of ["random", "nsga2"] as const) {
    for (const watch of [null, lastValueWatch]) {
      arms.push(await whole(field.arm(name, limits({ watch, generations: 2 }))));
    }
  }
  const [random, watched, nsga2] = arms.map(idsOf) as [string[], string[], string[]];
  const first = random.slice(0, SMALL.population);
  for (const arm of arms) assertEquals(idsOf(arm).slice(0, SMALL.population), first);
  // Random search goes on as it would have whatever is told, evolution does not.
  assertEquals(watched, random);
  assertNotEquals(nsga2, random);
  // Another data set has other configurations.
  const elsewhere = smallField(2).arm("random", limits());
  await elsewhere.step();
  assertNotEquals(idsOf(elsewhere), first);
});

Deno.test("an oracle that stops nothing changes no bit of a search", async () => {
  for (const name of mapSearchNames.filter((name) => name !== "january")) {
    const field = smallField();
    const alone = await whole(field.arm(name, limits()));
    const watch = { oracle: lastValue, stopper: stopAbove(lastValue, Infinity) };
    const watched = await whole(field.arm(name, limits({ watch })));
    assertEquals(watched.trials, alone.trials);
    assertEquals(await digestOf(watched), await digestOf(alone));
    assertEquals(alone.trials.length, 3 * SMALL.population);
    assert(
      alone.trials.every((trial) => !isStopped(trial) && trial.updates === trial.wholeUpdates),
    );
    assertEquals(alone.spent, alone.trials.reduce((sum, { updates }) => sum + updates, 0));
  }
});

Deno.test("a stopped training costs what was trained, and is told as infeasible", async () => {
  const field = smallField(), asked: SomSoFar[] = [];
  const stopper: RunStopper<SomSoFar> = (runs, others) => {
    asked.push(...runs);
    return lastValueWatch.stopper(runs, others);
  };
  const watched = await whole(
    field.arm("random", limits({ watch: { oracle: lastValue, stopper } })),
  );
  // Elsewhere, nobody having stopped anything.
  const alone = await whole(smallField().arm("random", limits()));
  const stopped = watched.trials.filter(isStopped);
  assert(stopped.length > 2 && stopped.length < watched.trials.length);
  watched.trials.forEach((trial, i) => {
    const end = alone.trials[i]!;
    assertEquals([trial.score, trial.wholeUpdates], [end.score, end.wholeUpdates]);
    if (!isStopped(trial)) return assertEquals(trial, end);
    const id = configurationId(watched.configurations[i]!);
    const seen = asked.filter(({ configuration }) => configurationId(configuration) === id);
    const last = seen.at(-1)!.history;
    assertEquals(last.length, trial.checkpoints);
    assertEquals(last.at(-1)!.updates, trial.updates);
    assert(trial.updates < 0.8 * trial.wholeUpdates && trial.checkpoints >= 6);
    assert(trial.violation > 1);
  });
  assertEquals(watched.spent, watched.trials.reduce((sum, { updates }) => sum + updates, 0));
});

Deno.test("a budget is never exceeded, and counted to the update where it ends in a training", async () => {
  const field = smallField();
  const free = await whole(field.arm("random", limits()));
  const paid = free.trials.map((_, i) =>
    free.trials.slice(0, i + 1).reduce((sum, { updates }) => sum + updates, 0)
  );
  for (const [budget, trials] of [[paid[5]!, 6], [paid[5]! - 1, 5], [paid[3]! + 1, 4]] as const) {
    const arm = await whole(field.arm("random", limits({ budget: () => budget })));
    assertEquals([arm.spent, arm.trials.length], [budget, trials]);
    assertEquals(arm.trials, free.trials.slice(0, trials));
  }
  for (const name of ["random", "nsga2"] as const) {
    const arm = await whole(
      field.arm(name, limits({ watch: lastValueWatch, budget: () => paid[7]!, generations: 20 })),
    );
    assertEquals(arm.spent, paid[7]);
    const sum = arm.trials.reduce((sum, { updates }) => sum + updates, 0);
    assert(sum <= arm.spent && sum > 0.5 * arm.spent);
    assert(arm.trials.length > 8, "what was saved is spent on more");
  }
});

for (const name of ["random", "nsga2"] as const) {
  Deno.test(`${name} goes on from its state as if it had never ended, in the middle of a budget too`, async () => {
    const options = limits({ watch: lastValueWatch, budget: () => 12_000, generations: 20 });
    const uninterrupted = await whole(smallField().arm(name, options));
    const generations = uninterrupted.trials.at(-1)!.generation;
    assert(generations > 1);
    for (let after = 0; after <= generations + 1; after++) {
      const begun = smallField().arm(name, options);
      for (let i = 0; i < after; i++) await begun.step();
      // In another process nothing of it is left.
      const resumed = smallField().arm(name, options);
      resumed.restore(new SavedState(await readState(begun.state()), "test"));
      await whole(resumed);
      assertEquals(resumed.trials, uninterrupted.trials);
      assertEquals(await digestOf(resumed), await digestOf(uninterrupted));
    }
  });
}

Deno.test("no search tries a configuration twice", async () => {
  for (const name of ["random", "nsga2"] as const) {
    const options = limits({ generations: 6 });
    const ids = idsOf(await whole(smallField().arm(name, options)));
    assertEquals(new Set(ids).size, ids.length);
  }
});

Deno.test("the version of January minimises four objectives, and takes a stop as a violation", async () => {
  const field = smallField();
  const watch = { oracle: lastValue, stopper: stopWorst(lastValue, 0.5) };
  const arm = await whole(field.arm("january", limits({ watch, generations: 2 })));
  assertEquals(arm.problem.objectiveNames.length, 4);
  for (const trial of arm.trials) {
    const [mqe, updates, topographicError, dead] = trial.objectives;
    assertEquals(updates, trial.updates);
    assert(mqe! > 0 && topographicError! <= 1 && dead! < 1);
    assertEquals(trial.violation > 0, isStopped(trial));
  }
  assert(arm.trials.some(isStopped));
});
