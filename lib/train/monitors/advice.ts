/**
 * What a finding says to do: the rule's advice, and the rung of the ladder that it leads to.
 *
 * @module
 */

import { rungAbove, rungBelow } from "./ladder.ts";
import type { Rule, TrainingAction } from "./types.ts";

/** What the advice on a learning rate hangs on. */
export interface Circumstances {
  /** The attempt's first learning rate: a restart begins below it, whatever a schedule made of it. */
  readonly firstRate: number | null;
  /** The newest one: a resumption goes above it. */
  readonly newestRate: number | null;
  readonly ladder: readonly number[];
  /** Id of the rule that decides. */
  readonly deciding: string | null;
  /** Ids of the rules that hold and silence advice on the learning rate. */
  readonly silencing: readonly string[];
}

/** Advice in whole sentences, and the same for a program. */
export interface Advice {
  readonly advice: string;
  readonly action: TrainingAction;
}

/**
 * Advice on the learning rate is given by the rule that decides, unless another silences it. Without a
 * rung to go to a restart becomes `stop` and a resumption `continue`.
 *
 * @example
 * ```ts
 * import { divergence } from "./rules/stability.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const at = (rate: number, silencing: string[] = []) =>
 *   adviceOf(divergence, {
 *     firstRate: rate,
 *     newestRate: rate,
 *     ladder: [1e-3, 1e-4],
 *     deciding: "divergence",
 *     silencing,
 *   }).action;
 * assertEquals(at(1e-3), { kind: "restart", learningRate: 1e-4 });
 * assertEquals(at(1e-4), { kind: "stop" });
 * assertEquals(at(1e-3, ["at_floor"]), { kind: "continue" });
 * ```
 */
export function adviceOf(rule: Rule, circumstances: Circumstances): Advice {
  const { id, advice, request } = rule;
  if (request !== "restart lower" && request !== "resume higher") {
    return { advice, action: { kind: request ?? "continue" } };
  }
  const { silencing, deciding } = circumstances;
  if (silencing.length > 0) {
    const who = silencing.map((other) => `\`${other}\``).join(" and ");
    return waiting(`The learning rate is not to be blamed for this: see ${who}.`);
  }
  if (deciding === null) return waiting("Not enough yet to change the learning rate: watch it.");
  if (deciding !== id) return waiting(`What to do is for \`${deciding}\` to say.`);
  return request === "restart lower"
    ? restarting(advice, circumstances)
    : resuming(advice, circumstances);
}

function restarting(advice: string, { firstRate, ladder }: Circumstances): Advice {
  if (firstRate === null) {
    return { advice: `${advice} Restart from scratch at a lower one.`, action: { kind: "stop" } };
  }
  const rung = rungBelow(firstRate, ladder);
  return rung === null
    ? { advice: `${advice} ${noRung("below", firstRate, ladder)}`, action: { kind: "stop" } }
    : {
      advice: `${advice} Restart from scratch at ${rung}, a rung below ${firstRate}.`,
      action: { kind: "restart", learningRate: rung },
    };
}

function resuming(advice: string, { newestRate, ladder }: Circumstances): Advice {
  if (newestRate === null) return waiting(`${advice} Go on at a higher one.`);
  const rung = rungAbove(newestRate, ladder);
  return rung === null ? waiting(`${advice} ${noRung("above", newestRate, ladder)}`) : {
    advice: `${advice} Go on at ${rung}, a rung above ${newestRate}.`,
    action: { kind: "resume", learningRate: rung },
  };
}

function noRung(side: string, rate: number, ladder: readonly number[]): string {
  return `But the ladder ${
    ladder.join(", ")
  } has no rung ${side} ${rate}: look for a cause in the data, ` +
    "the loss or the model.";
}

function waiting(advice: string): Advice {
  return { advice, action: { kind: "continue" } };
}
