/**
 * The words an experiment file is written with: `experiment`, `target`, `claim` and bounds.
 *
 * @module
 */

import type { Bound, Claim, ClaimVerdict, ConfigSchema, Experiment, Target } from "./types.ts";

/**
 * At least `value`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast } from "assay";
 *
 * assertEquals(atLeast(0.98), { atLeast: 0.98 });
 * ```
 */
export function atLeast(value: number): Bound {
  return within(value, undefined);
}

/**
 * At most `value`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atMost } from "assay";
 *
 * assertEquals(atMost(5), { atMost: 5 });
 * ```
 */
export function atMost(value: number): Bound {
  return within(undefined, value);
}

/**
 * From `low` to `high`, both included.
 *
 * @throws {RangeError} When an end is not finite or the ends are crossed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { within } from "assay";
 *
 * assertEquals(within(0.305, 0.325), { atLeast: 0.305, atMost: 0.325 });
 * ```
 */
export function within(low: number | undefined, high: number | undefined): Bound {
  for (const end of [low, high]) {
    if (end !== undefined && !Number.isFinite(end)) {
      throw new RangeError(`Cannot make a bound: an end must be a finite number, found ${end}`);
    }
  }
  if (low !== undefined && high !== undefined && low > high) {
    throw new RangeError(`Cannot make a bound: the low end ${low} is above the high end ${high}`);
  }
  return {
    ...(low === undefined ? {} : { atLeast: low }),
    ...(high === undefined ? {} : { atMost: high }),
  };
}

/** What a target says beside its metric and bound. */
export interface TargetOptions<Config> {
  /** Why this number. */
  because: string;
  /** The profile it belongs to; both when absent. */
  profile?: "quick" | "full";
  /** The configurations it applies to; all when absent. */
  when?: (config: Config) => boolean;
}

/**
 * Declares a bound that must hold for `metric`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast, target } from "assay";
 *
 * const beat = target("test/skill", atLeast(0.3), { because: "a model must beat copying" });
 * assertEquals(beat.metric, "test/skill");
 * ```
 */
// deno-lint-ignore no-explicit-any -- the configuration's type comes from where the target is put
export function target<Config = any>(
  metric: string,
  bound: Bound,
  options: TargetOptions<Config>,
): Target<Config> {
  return { metric, bound, ...options };
}

/** What a claim says beside its metric and bound. */
export interface ClaimOptions<Config> {
  /** The statement in the document's words. */
  says: string;
  /** Where it stands in the document. */
  source: string;
  /** The verdict on record. */
  expect: ClaimVerdict;
  /** The profile it is judged in; both when absent. */
  profile?: "quick" | "full";
  /** The configurations it applies to; all when absent. */
  when?: (config: Config) => boolean;
}

/**
 * Declares a document's statement: true when `metric` lies in `bound`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast, claim } from "assay";
 *
 * const said = claim("v1/test/correlation/mean", atLeast(0.98), {
 *   says: "average correlation 0.9908",
 *   source: "guide, sample output",
 *   expect: "refuted",
 * });
 * assertEquals(said.expect, "refuted");
 * ```
 */
// deno-lint-ignore no-explicit-any -- as in `target`
export function claim<Config = any>(
  metric: string,
  bound: Bound,
  options: ClaimOptions<Config>,
): Claim<Config> {
  return { metric, bound, ...options };
}

const branded = new WeakSet<object>();

/**
 * Declares an experiment. The result is data: importing the file runs nothing.
 *
 * @throws {TypeError} When a name or a profile cannot work, with what is wrong and what is allowed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atMost, experiment, target, z } from "assay";
 *
 * const coin = experiment({
 *   name: "coin",
 *   title: "A fair coin",
 *   config: z.object({ throws: z.number().int().min(1).default(100).describe("throws") }),
 *   profiles: { quick: { throws: 10 }, full: {} },
 *   seeds: { quick: 1, full: 3 },
 *   targets: [target("heads/share", atMost(1), { because: "a share is at most one" })],
 *   claims: [],
 *   run: () => Promise.resolve({ metrics: { "heads/share": { value: 0.5, unit: "", better: "higher" } } }),
 * });
 * assertEquals(coin.name, "coin");
 * ```
 */
export function experiment<Schema extends ConfigSchema>(
  definition: Experiment<Schema>,
): Experiment<Schema> {
  const { name } = definition;
  const refuse = (what: string) => {
    throw new TypeError(`Cannot define experiment "${name}": ${what}`);
  };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    refuse("its name must be lower-case words of letters and digits joined by single hyphens");
  }
  for (const field of Object.keys(definition.config.shape)) {
    const parsed = definition.config.shape[field]!.safeParse(undefined);
    if (!parsed.success) refuse(`config field "${field}" needs a default`);
  }
  for (const profile of ["quick", "full"] as const) {
    const seeds = definition.seeds[profile];
    const list = typeof seeds === "number" ? [seeds] : seeds;
    if (list.length === 0 || list.some((s) => !Number.isSafeInteger(s) || s < 0) || seeds === 0) {
      refuse(
        `seeds of profile "${profile}" must be a count of at least 1 or a list of integers >= 0`,
      );
    }
  }
  const frozen = Object.freeze({ ...definition });
  branded.add(frozen);
  return frozen;
}

/**
 * Whether a module's default export came from {@linkcode experiment}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isExperiment } from "assay";
 *
 * assertEquals(isExperiment({ name: "coin" }), false);
 * ```
 */
export function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && branded.has(value);
}

/**
 * The seeds of a profile as a list.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seedList } from "assay";
 *
 * assertEquals(seedList(3), [1, 2, 3]);
 * assertEquals(seedList([42]), [42]);
 * ```
 */
export function seedList(seeds: number | readonly number[]): number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : [...seeds];
}
