/**
 * The runs of a job array in one file: what their orders have in common stands there once.
 *
 * @module
 */

import { canonicalJson } from "../../numeric/canonical_json.ts";
import type { Order } from "../order.ts";

/** What differs from run to run. */
type Own = Pick<Order, "runId" | "overrides" | "seed">;

/** Orders, packed; JSON keeps them whole. */
export interface Manifest {
  readonly shared: readonly Omit<Order, keyof Own>[];
  /** By the index of the array's task. */
  readonly runs: readonly (Own & { readonly shared: number })[];
}

/**
 * Packs orders.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Order } from "../order.ts";
 *
 * const order = (seed: number): Order => ({
 *   runId: `${seed}`.padEnd(12, "0"),
 *   file: "experiments/demo.ts",
 *   profile: "quick",
 *   overrides: [],
 *   folder: "/",
 *   seed,
 *   device: { backend: "wasm" },
 *   code: { modules: {}, dependencies: {} },
 *   commit: null,
 *   directory: "/reports/demo/quick",
 *   rerun: false,
 *   command: "deno task experiment demo",
 *   pace: { seconds: 30 },
 * });
 * const manifest = packed([order(1), order(2)]);
 * assertEquals(manifest.shared.length, 1);
 * assertEquals(orderAt(manifest, 1), order(2));
 * ```
 */
export function packed(orders: readonly Order[]): Manifest {
  const places = new Map<string, number>();
  const shared: Manifest["shared"][number][] = [];
  const runs = orders.map(({ runId, overrides, seed, ...common }) => {
    const text = canonicalJson(common);
    if (!places.has(text)) places.set(text, shared.push(common) - 1);
    return { runId, overrides, seed, shared: places.get(text)! };
  });
  return { shared, runs };
}

/** The order of an array's task. */
export function orderAt({ shared, runs }: Manifest, index: number): Order {
  const { shared: place, ...own } = runs[index]!;
  return { ...shared[place]!, ...own };
}
