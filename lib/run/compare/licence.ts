/**
 * Whether contracts license expecting the same bits of two runs.
 *
 * @module
 */

import { canonicalJson } from "../../numeric/canonical_json.ts";
import type { Manifest, Result } from "../schema.ts";

/** On what a run ran, and what that promises. */
export interface Ground {
  readonly contract: Result["contract"];
  readonly adapter: Manifest["adapter"];
  readonly versions: Manifest["versions"];
}

/** Whether the same code, configuration and seed must give the same bits, and why. */
export interface Licence {
  readonly licensed: boolean;
  /** A sentence. */
  readonly because: string;
}

/**
 * Whether two runs of the same code, configuration and seed must end with the same bits: `exact`, when the
 * numerics class is the same; `same-device`, when the device is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const contract = { promise: "exact", backend: "wasm", numerics: "wasm-fma", device: "WASM" } as const;
 * const fused = { contract, adapter: null, versions: {} };
 * const strict = { ...fused, contract: { ...contract, numerics: "wasm-strict" } };
 * assertEquals(licenceOf(fused, fused).licensed, true);
 * assertEquals(licenceOf(fused, strict).licensed, false);
 * ```
 */
export function licenceOf(a: Ground, b: Ground): Licence {
  const [own, other] = [a.contract, b.contract];
  const no = (because: string) => ({ licensed: false, because });
  if (own.promise !== other.promise) {
    return no(
      `One contract is ${own.promise}, the other ${other.promise}: no equality is promised between them.`,
    );
  }
  const { promise } = own;
  if (promise === "statistical") {
    return no("Both contracts are statistical: they promise no bits.");
  }
  if (own.numerics !== other.numerics) {
    return no(
      `The numerics classes are ${own.numerics} and ${other.numerics}: no equality is promised between them.`,
    );
  }
  if (promise === "exact") {
    return {
      licensed: true,
      because:
        `Both contracts are exact in class ${own.numerics}: the same code, configuration and ` +
        `seed give the same bits on any machine.`,
    };
  }
  if (own.device !== other.device || canonicalJson(a.adapter) !== canonicalJson(b.adapter)) {
    return no(
      `Both contracts are same-device, and the devices differ (${own.device}; ${other.device}, or ` +
        `another driver): no equality is promised between them.`,
    );
  }
  if (own.backend === "cpu" && a.versions["v8"] !== b.versions["v8"]) {
    return no(
      `Both contracts are same-device, and the engines differ (V8 ${a.versions["v8"]} and ` +
        `${b.versions["v8"]}): no equality is promised between them.`,
    );
  }
  return {
    licensed: true,
    because:
      `Both contracts are same-device, on ${own.device}: the same code, configuration and seed ` +
      `give the same bits on the same machine.`,
  };
}
