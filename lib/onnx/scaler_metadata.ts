/**
 * What a file's metadata says of the scalers in its graph: the scalers as JSON, by which a reader knows
 * the columns and their order, and their digest.
 *
 * @module
 */

import { z } from "zod";
import { parseScaler } from "../dataset/scalers.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import type { Scalers } from "./scalers.ts";

/** Scalers read back, and the digest by which they are known. */
export interface ReadScalers extends Scalers {
  /** SHA-256 of them as canonical JSON. */
  readonly sha256: string;
}

/**
 * The entries of a file with these scalers in its graph.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const scaler = { kind: "z-score", columns: ["rtt_ms"], mean: [40], scale: [5] } as const;
 * const { sha256, ...scalers } = readScalers(scalerMetadata({ input: scaler, output: scaler }), "a file")!;
 * assertEquals([scalers.output, sha256.length], [scaler, 64]);
 * ```
 */
export function scalerMetadata(scalers: Scalers): { scalers: string; scalers_sha256: string } {
  const text = canonicalJson(scalers);
  return { scalers: text, scalers_sha256: sha256Hex(text) };
}

const schema = z.strictObject({ input: z.unknown(), output: z.unknown() });

/**
 * Reads what {@linkcode scalerMetadata} made; null where a file has no scalers.
 *
 * @param source The file, for messages.
 * @throws {InputError} When they are no scalers, or others than those that were written.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(readScalers({}, "a file"), null);
 * const others = { scalers: "{}", scalers_sha256: "0" };
 * assertThrows(() => readScalers(others, "a file"), Error, "scalers_sha256");
 * ```
 */
export function readScalers(
  metadata: Readonly<Record<string, string>>,
  source: string,
): ReadScalers | null {
  const { scalers: text, scalers_sha256: written } = metadata;
  if (text === undefined) return null;
  const sha256 = sha256Hex(text);
  if (sha256 !== written) {
    throw new InputError(
      `Cannot use the model in ${source}: its scalers are not those it was exported with. Their SHA-256 ` +
        `is ${sha256.slice(0, 16)}…, and the entry "scalers_sha256" of its metadata ${
          written === undefined ? "is missing" : `says ${written.slice(0, 16)}…`
        }. Take the file from its run again, or export it again.`,
    );
  }
  const place = `the metadata of ${source}`;
  const { input, output } = schema.safeParse(parseJson(text)).data ?? {};
  return { input: parseScaler(input, place), output: parseScaler(output, place), sha256 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
