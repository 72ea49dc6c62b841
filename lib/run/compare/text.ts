/**
 * A comparison in sentences, for the terminal and the page alike.
 *
 * @module
 */

import type { Comparison } from "./comparison.ts";
import type { Parting } from "./parting.ts";

/** What a parting points to, a sentence or two. */
export function partingMeans(parting: Omit<Parting, "loop">, sameData: boolean): string {
  const means = causeMeans(parting);
  return sameData || parting.cause === "variables" || parting.cause === "start"
    ? means
    : `${means} The data digests differ: the runs learned from other data.`;
}

function causeMeans({ cause, step, equalAfter, loss, steps }: Omit<Parting, "loop">): string {
  switch (cause) {
    case "variables":
      return "They do not train the same variables: look at the model.";
    case "start":
      return "The weights differ before the first step: look at the seed, the initialiser, or what " +
        "trained them before.";
    case "forward":
      return `The weights before step ${step} agree and its loss differs: look at the batch or the ` +
        `forward pass of step ${step}.`;
    case "update":
      return `The loss of step ${step} agrees and the weights after it differ: look at the gradient, the ` +
        `optimiser, the learning rate, or a state that the step went on from (a checkpoint).`;
    case "step":
      return `The weights before step ${step} agree, those after it differ, and it has no loss to say ` +
        `more: look at anything in step ${step}.`;
    case "unseen": {
      const from = equalAfter + 1;
      const known = equalAfter < 0
        ? "No fingerprints of the weights before it were kept"
        : `Fingerprints of the weights were kept seldom, and last agree after step ${equalAfter}`;
      const until = loss?.step === step
        ? `the forward pass of step ${step}`
        : `the end of step ${step}`;
      return `${known}: look at anything from step ${Math.max(1, from)} to ${until}.`;
    }
    case "length":
      return `All steps that both took agree, and one took ${steps.a}, the other ${steps.b}: look at the ` +
        `epochs, or at what stopped the training early.`;
  }
}

/** The outcome in a line: the same bits, or where they part. */
export function headline({ same, parting, loops, digests }: Comparison): string {
  if (same) return "Same bits";
  if (parting !== null) {
    return parting.step === 0
      ? `Apart from the start of ${parting.loop}`
      : `Parted at step ${parting.step} of ${parting.loop}`;
  }
  const only = loops.find(({ steps }) => steps.a === null || steps.b === null);
  if (only) return `Only ${only.steps.a === null ? "B" : "A"} has a history of ${only.loop}`;
  const apart = (["data", "weights", "history"] as const).filter((name) => !digests[name]);
  return `Same steps, other ${apart.join(" and ")}`;
}

/** What to make of it: whether equality was to be expected, and what differs beside the bits. */
export function judgement(comparison: Comparison): string {
  const { same, licence, metrics } = comparison;
  const apart = differingParts(comparison);
  const list = apart.join(", ").replace(/, (?!.*, )/, " and ");
  if (same) {
    const others = metrics.filter(({ difference }) => difference !== 0).length;
    const but = others === 0
      ? ""
      : ` ${others} metrics differ all the same: they are measured elsewhere.`;
    return `Data, losses and weights are equal, bit for bit${
      list && `, although the runs differ in ${list}`
    }.${but}`;
  }
  if (apart.length > 0) return `The runs differ in ${list}, so other bits are no surprise.`;
  return licence.licensed
    ? `Code, configuration and seed are the same, and the contracts promise the same bits: one of these ` +
      `runs broke its contract.`
    : `Code, configuration and seed are the same. ${licence.because}`;
}

/** The parts of the identity in which the runs differ. */
export function differingParts({ identity }: Comparison): string[] {
  const { settings, config, modules, dependencies } = identity;
  return [
    ...settings.map(({ name }) => name === "numerics" ? "numerics class" : name),
    ...(config.length > 0 ? ["configuration"] : []),
    ...(modules.length > 0 ? ["code"] : []),
    ...(dependencies.length > 0 ? ["locked packages"] : []),
  ];
}
