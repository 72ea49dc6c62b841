/**
 * In what two runs differ before anything is computed: code, configuration, environment.
 *
 * @module
 */

import { canonicalJson } from "../../numeric/canonical_json.ts";
import type { Change, Comparison } from "./comparison.ts";
import type { Manifest, Result } from "../schema.ts";

/** What a run says of itself. */
export interface Described {
  readonly manifest: Manifest;
  readonly result: Result;
}

/** Differences of what the run ids are made from. */
export function identityDifferences(
  { manifest: { identity: a } }: Described,
  { manifest: { identity: b } }: Described,
): Comparison["identity"] {
  const settings = ({ seed, backend, numerics }: Manifest["identity"]) => ({
    seed,
    backend,
    numerics,
  });
  return {
    settings: changesOf(settings(a), settings(b)),
    config: changesOf(a.config, b.config),
    modules: changesOf(a.modules, b.modules),
    dependencies: changesOf(a.dependencies, b.dependencies),
  };
}

/** Differences of where and how the runs were made. None of them should change a bit. */
export function environmentDifferences(a: Described, b: Described): Change[] {
  return changesOf(environment(a), environment(b));
}

function environment({ manifest, result: { contract } }: Described): Record<string, unknown> {
  const { versions, adapter, selfTest, git, profile, resumedAt } = manifest;
  return {
    profile,
    device: contract.device,
    promise: contract.promise,
    ...named("version", versions),
    ...named("adapter", adapter ?? {}),
    ...named("self-test", selfTest),
    ...named("git", git ?? {}),
    "times it was resumed": resumedAt.length,
  };
}

function named(prefix: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]),
  );
}

/**
 * The members whose values differ, by name; an absent one is `null`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(changesOf({ epochs: 2, rate: 0.1 }, { epochs: 3, rate: 0.1, sizes: [8] }), [
 *   { name: "epochs", a: 2, b: 3 },
 *   { name: "sizes", a: null, b: [8] },
 * ]);
 * ```
 */
export function changesOf(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Change[] {
  const value = (of: Readonly<Record<string, unknown>>, name: string) =>
    Object.hasOwn(of, name) ? of[name] : null;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
    .map((name) => ({ name, a: value(a, name), b: value(b, name) }))
    .filter(({ a, b }) => canonicalJson(a) !== canonicalJson(b));
}
