/**
 * The monitor of a `fit`: what it is told, and whether what it finds ends the training.
 *
 * @module
 */

import type { Ending, Epoch, FitHooks, FitOptions } from "./fit_types.ts";
import { learningRateLadder } from "./monitors/ladder.ts";
import { Monitor } from "./monitors/monitor.ts";
import type { Diagnosis, Finding, MonitoredEpoch } from "./monitors/types.ts";
import type { Resumable, SavedState, State } from "./state.ts";

/** Settings of `fit` that its monitor takes. */
type MonitorSettings = Pick<FitOptions, "rules" | "floor" | "onFinding" | "ladder">;

/**
 * Watches one training from its learning rate down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const monitor = new FitMonitor({ onFinding: "stop" }, () => {});
 * const epoch = { epoch: 1, step: 9, trainLoss: NaN, validationLoss: NaN, learningRate: 1e-3 };
 * monitor.addEpoch(epoch);
 * assertEquals(monitor.endedBy?.finding.rule, "non_finite");
 * assertEquals(monitor.endedBy?.action, { kind: "restart", learningRate: 3e-4 });
 * ```
 */
export class FitMonitor implements Resumable {
  readonly #monitor: Monitor;
  readonly #onFinding: NonNullable<FitHooks["onFinding"]>;
  readonly #endsOn: readonly string[];

  /** @throws {RangeError} When the floor is not finite or the ladder does not fall. */
  constructor(
    { rules, floor, onFinding = "warn", ladder }: MonitorSettings,
    tell: FitHooks["onFinding"] = () => {},
  ) {
    this.#monitor = new Monitor(rules, {
      ladder: ladder === undefined || ladder === true ? learningRateLadder : ladder,
      ...(floor === undefined ? {} : { floor }),
    });
    this.#onFinding = tell;
    this.#endsOn = onFinding === "stop"
      ? ["stop", "restart"]
      : ladder === undefined
      ? []
      : ["restart"];
  }

  /** What the rules say so far. */
  get findings(): readonly Finding[] {
    return this.#monitor.diagnosis.findings;
  }

  /** Whether a finding can end the training at all. */
  get mayEnd(): boolean {
    return this.#endsOn.length > 0;
  }

  /** The finding that ends the training here, with what it asks for. */
  get endedBy(): Ending | null {
    const { primary: finding, action } = this.#monitor.diagnosis;
    return finding !== null && this.#endsOn.includes(action.kind) ? { finding, action } : null;
  }

  /** Takes the norm of a step's gradient, before clipping. */
  addStep(gradientNorm: number): void {
    this.#monitor.gradients.add(gradientNorm);
  }

  addEpoch(epoch: Epoch): void {
    this.#tell(this.#monitor.addEpoch(monitored(epoch)), epoch);
  }

  /** Takes the loss that ends an epoch before its end: it is not finite. */
  breakOff(epoch: Pick<Epoch, "epoch" | "step" | "trainLoss" | "learningRate">): void {
    const { trainLoss: onlineLoss, learningRate } = epoch;
    this.#tell(
      this.#monitor.addEpoch({ epoch: epoch.epoch, onlineLoss, learningRate }),
      epoch,
    );
  }

  /** What the epochs do not tell; {@linkcode tellAgain} does the rest. */
  state(): State {
    return this.#monitor.gradients.state();
  }

  restore(saved: SavedState): void {
    this.#monitor.gradients.restore(saved);
  }

  /** Takes the epochs of an interrupted training, whose findings have been told. */
  tellAgain(history: readonly Epoch[]): void {
    for (const epoch of history) this.#monitor.addEpoch(monitored(epoch));
  }

  #tell({ raised }: Diagnosis, { epoch, step }: Pick<Epoch, "epoch" | "step">): void {
    for (const finding of raised) this.#onFinding(finding, { epoch, step });
  }
}

function monitored({ epoch, trainLoss, validationLoss, learningRate }: Epoch): MonitoredEpoch {
  return { epoch, onlineLoss: trainLoss, frozenLoss: validationLoss, learningRate };
}
