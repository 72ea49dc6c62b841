/**
 * The cells of a sweep: configurations that the experiment takes, each another one, and the keys that tell
 * them apart.
 *
 * @module
 */

import { resolveConfig } from "../experiment/config.ts";
import type { Experiment } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { identityConfig } from "../run/identity.ts";

/** A range of numbers that values are drawn from, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether numbers are uniform as they are, or by their logarithm. */
  readonly scale: "linear" | "log";
}

/** A key of the sweep and its values, read by the schema. */
export interface Axis {
  readonly key: string;
  /** In the order asked for; those drawn from a range ascend. */
  readonly values: readonly unknown[];
  readonly range?: Range;
}

/** A cell. */
export interface GridCell {
  /** What the cell sets, by key; input files by the digest of their content. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** What the configuration was resolved from, `KEY=VALUE`. */
  readonly overrides: readonly string[];
}

/** The cells of a sweep. */
export interface Grid {
  readonly axes: readonly Axis[];
  /** What is set in every cell, by key. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly cells: readonly GridCell[];
  /** The seed that the cells were drawn by; `null` where they are all combinations. */
  readonly drawn: number | null;
}

/** What cells are made from. */
export interface CellsRequest {
  readonly profile: string;
  /** `KEY=a,b,c` or `KEY=LOW..HIGH`, one a key. */
  readonly grid: readonly string[];
  /** `KEY=VALUE`, in every cell. */
  readonly set: readonly string[];
  /** Where relative paths of input files start. */
  readonly folder: string;
}

/** A cell, and the first one with the same configuration where there is one. */
export interface Made {
  readonly cell: GridCell;
  /** Its `KEY=VALUE` texts. */
  readonly same: string | null;
}

/** Makes the cells of one sweep. */
export class CellMaker {
  readonly #experiment: Experiment;
  readonly #request: CellsRequest;
  readonly #keys: readonly string[];
  readonly #known = new Map<string, string>();

  /** @param keys Those of the sweep. */
  constructor(experiment: Experiment, request: CellsRequest, keys: readonly string[]) {
    this.#experiment = experiment;
    this.#request = request;
    this.#keys = keys;
  }

  /**
   * The cell that sets `chosen`, one `KEY=VALUE` a key.
   *
   * @throws {InputError} When a key is unknown, a value is not allowed, or an input file cannot be read.
   */
  async make(chosen: readonly string[]): Promise<Made> {
    const overrides = [...this.#request.set, ...chosen];
    const name = chosen.join(", ");
    const { config, identity } = await this.#resolve(overrides).catch((error) => {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`Cannot take the cell ${name} into the sweep: ${error.message}`);
    });
    const text = canonicalJson(identity);
    const same = this.#known.get(text) ?? null;
    if (same === null) this.#known.set(text, name);
    return { cell: { values: pick(identity, this.#keys), config, overrides }, same };
  }

  /** What is set in every cell, by key. */
  async fixed(keys: readonly string[]): Promise<Record<string, unknown>> {
    const { identity } = await this.#resolve(this.#request.set);
    return pick(identity, keys);
  }

  async #resolve(overrides: readonly string[]) {
    const { profile, folder } = this.#request;
    const config = resolveConfig(this.#experiment, profile, overrides, folder);
    return { config, identity: await identityConfig(this.#experiment.config, config) };
  }
}

function pick(
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, config[key]]));
}
