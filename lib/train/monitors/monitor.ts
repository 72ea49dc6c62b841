/**
 * The rule engine: told of a training epoch by epoch, it says what the rules find.
 *
 * @module
 */

import { adviceOf } from "./advice.ts";
import { GradientWatch } from "./gradient_watch.ts";
import { checkLadder, learningRateLadder } from "./ladder.ts";
import { defaultRules } from "./rule_sets.ts";
import { EpochSeries } from "./epoch_series.ts";
import type {
  Diagnosis,
  FinalLosses,
  Finding,
  MonitoredEpoch,
  Rule,
  RuleMatch,
  RuleSet,
  Severity,
  TrainingAction,
  TrainingHistory,
  TrainingView,
} from "./types.ts";

/** Settings of a {@linkcode Monitor}. */
export interface MonitorOptions {
  /** The lowest loss that any model could reach on these data. Default: not known. */
  readonly floor?: number;
  /** Learning rates from the highest to the lowest. Default {@linkcode learningRateLadder}. */
  readonly ladder?: readonly number[];
}

/** What is remembered of a rule from one call to the next. */
interface Standing {
  readonly match: Required<RuleMatch>;
  readonly finding: Finding;
  /** When it ceased to hold, in words. */
  readonly over?: string;
}

const grave = (severity: Severity) => ["info", "warning", "error"].indexOf(severity);

/**
 * Watches one attempt at a training. The work of an epoch depends on the rules alone, not on how many
 * epochs came before.
 *
 * A restart begins a rung below the attempt's *first* learning rate, whatever a schedule made of it since; a
 * resumption goes a rung above its newest. Without such a rung, or without a known rate, a wish to
 * restart becomes `stop` and a wish to resume `continue`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const monitor = new Monitor();
 * const losses = [2, 1, 2, 9];
 * const actions = losses.map((frozenLoss, i) =>
 *   monitor.addEpoch({ epoch: i + 1, frozenLoss, learningRate: 1e-3 }).action
 * );
 * assertEquals(actions[2], { kind: "continue" });
 * assertEquals(actions[3], { kind: "restart", learningRate: 3e-4 });
 * assertEquals(monitor.diagnosis.primary?.rule, "divergence");
 * ```
 */
export class Monitor {
  /** Part of what must be saved to go on in another process; the epochs can be told again. */
  readonly gradients = new GradientWatch();
  readonly #set: RuleSet;
  readonly #floor: number | null;
  readonly #ladder: readonly number[];
  readonly #online = new EpochSeries("on-line loss");
  readonly #frozen = new EpochSeries("frozen loss");
  readonly #memory = new EpochSeries("memory");
  readonly #standings = new Map<Rule, Standing>();
  #newest: MonitoredEpoch | null = null;
  #firstRate: number | null = null;
  #newestRate: number | null = null;
  #final: FinalLosses | null = null;
  #diagnosis: Diagnosis = {
    findings: [],
    raised: [],
    primary: null,
    action: { kind: "continue" },
  };

  /** @throws {RangeError} When the floor is not finite, or the ladder does not fall. */
  constructor(
    rules: RuleSet = defaultRules,
    { floor, ladder = learningRateLadder }: MonitorOptions = {},
  ) {
    if (floor !== undefined && !Number.isFinite(floor)) {
      throw new RangeError(
        `Cannot judge losses by the floor ${floor}: it must be finite, or left out`,
      );
    }
    checkLadder(ladder);
    this.#set = rules;
    this.#floor = floor ?? null;
    this.#ladder = ladder;
  }

  /** What the rules said last. */
  get diagnosis(): Diagnosis {
    return this.#diagnosis;
  }

  /** @throws {RangeError} When the epoch does not come after the one before. */
  addEpoch(epoch: MonitoredEpoch): Diagnosis {
    const before = this.#newest?.epoch ?? 0;
    if (!Number.isInteger(epoch.epoch) || epoch.epoch <= before) {
      throw new RangeError(
        `Cannot take epoch ${epoch.epoch} after epoch ${before}: epochs are integers from 1 that rise`,
      );
    }
    this.#newest = epoch;
    this.#online.add(epoch.epoch, epoch.onlineLoss);
    this.#frozen.add(epoch.epoch, epoch.frozenLoss);
    this.#memory.add(epoch.epoch, epoch.memory);
    // A schedule may begin at 0, which is on no ladder.
    if (epoch.learningRate !== undefined && epoch.learningRate > 0) {
      this.#firstRate ??= epoch.learningRate;
      this.#newestRate = epoch.learningRate;
    }
    return this.#diagnose(`at epoch ${epoch.epoch}`);
  }

  /** Takes the losses after training. */
  finish(final: FinalLosses): Diagnosis {
    this.#final = final;
    return this.#diagnose("at the end");
  }

  #diagnose(when: string): Diagnosis {
    const { rules } = this.#set;
    const view = this.#view();
    const matches = new Map(rules.map((rule) => [rule, this.#ask(rule, view)]));
    const deciding = rules.find((rule) =>
      rule.request !== undefined && matches.get(rule)?.attached === false
    );
    const findings: Finding[] = [], raised: Finding[] = [], silencing: string[] = [];
    let primary: Finding | null = null;
    let action: TrainingAction = { kind: "continue" };
    for (const rule of rules) {
      const match = matches.get(rule)!;
      const known = this.#standings.get(rule);
      if (match === null) {
        if (known !== undefined) findings.push(...this.#pass(rule, known, when));
        continue;
      }
      const { evidence, severity } = match;
      const advised = adviceOf(rule, {
        firstRate: this.#firstRate,
        newestRate: this.#newestRate,
        ladder: this.#ladder,
        deciding: deciding?.id ?? null,
        silencing,
      });
      const finding = { rule: rule.id, severity, evidence, advice: advised.advice };
      findings.push(finding);
      if (!known || known.over || grave(severity) > grave(known.finding.severity)) {
        raised.push(finding);
      }
      if (rule === deciding) {
        primary = finding;
        action = advised.action;
      }
      if (rule.suppresses) silencing.push(rule.id);
      this.#standings.set(rule, { match, finding });
    }
    return this.#diagnosis = { findings, raised, primary, action };
  }

  #ask(rule: Rule, view: TrainingView): Required<RuleMatch> | null {
    const known = this.#standings.get(rule);
    if (rule.lasting && known !== undefined) return known.match;
    const match = rule.check(view, rule.thresholds);
    return match && { severity: rule.severity, attached: false, ...match };
  }

  /** A rule held and does not any more: what was a warning is told as history, the rest forgotten. */
  #pass(rule: Rule, standing: Standing, when: string): Finding[] {
    const { finding, over = when } = standing;
    if (finding.severity === "info") {
      this.#standings.delete(rule);
      return [];
    }
    this.#standings.set(rule, { ...standing, over });
    const evidence = `${finding.evidence} This was over ${over}.`;
    return [{ rule: rule.id, severity: "info", evidence, advice: "Nothing to do." }];
  }

  #view(): TrainingView {
    const online = this.#online, frozen = this.#frozen;
    const [wanted, other] = this.#set.judges === "frozen" ? [frozen, online] : [online, frozen];
    return {
      newest: this.#newest,
      online,
      frozen,
      judged: wanted.length > 0 ? wanted : other,
      memory: this.#memory,
      gradients: this.gradients.reading,
      floor: this.#floor,
      final: this.#final,
    };
  }
}

/**
 * What the rules say of a whole history: what a {@linkcode Monitor} says that was told all of it.
 *
 * @throws {RangeError} When the epochs do not rise or the floor is not finite.
 *
 * @example The document's five losses, by its own rules and with what was not looked at
 * ```ts
 * import { seedRules, signalExtractionRules } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const losses = [0.2847, 0.4059, 0.4111, 0.4625, 0.4580];
 * const epochs = losses.map((onlineLoss, i) => ({ epoch: i + 1, onlineLoss, learningRate: 1e-3 }));
 * const seed = diagnose({ epochs }, seedRules);
 * assertEquals(seed.primary?.rule, "divergence");
 * assertEquals(seed.action, { kind: "restart", learningRate: 3e-4 });
 *
 * const frozen = epochs.map((epoch) => ({ ...epoch, frozenLoss: 0.5 }));
 * const honest = diagnose({ epochs: frozen, floor: 0.5 }, signalExtractionRules);
 * assertEquals(honest.primary?.rule, "at_floor");
 * assertEquals(honest.action, { kind: "evaluate" });
 * ```
 */
export function diagnose(
  { epochs, gradientNorms = [], floor, final }: TrainingHistory,
  rules: RuleSet = defaultRules,
  { ladder = learningRateLadder }: { readonly ladder?: readonly number[] } = {},
): Diagnosis {
  const monitor = new Monitor(rules, { ladder, ...(floor === undefined ? {} : { floor }) });
  for (const norm of gradientNorms) monitor.gradients.add(norm);
  for (const epoch of epochs) monitor.addEpoch(epoch);
  return final === undefined ? monitor.diagnosis : monitor.finish(final);
}
