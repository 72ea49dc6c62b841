/**
 * Test support: results of runs that nobody ran, as their files.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { sha256Hex } from "../../numeric/digest.ts";
import { CHECKSUMS } from "../checksums.ts";
import type { Result } from "../schema.ts";

const hex64 = "0".repeat(64);

/** The id that {@linkcode writeResult} gives to the run of a seed. */
export function idOf(seed: number): string {
  return seed.toString(16).padStart(12, "0");
}

/**
 * Writes a valid `result.json` under `reports`, and its checksum.
 *
 * @param about What differs from the run of a made-up experiment `demo` at `quick`, seed 1.
 * @param place Directory relative to `reports`, where it is not the run's own.
 * @returns The path of the file.
 */
export function writeResult(reports: string, about: Partial<Result> = {}, place?: string): string {
  const { seed = 1 } = about;
  const result: Result = {
    schema: "assay/result@1",
    experiment: "demo",
    profile: "quick",
    seed,
    runId: idOf(seed),
    contract: { promise: "exact", backend: "wasm", numerics: "wasm-strict", device: "WASM" },
    config: {},
    metrics: { r: 0.5 },
    units: { r: { unit: "", better: "higher" } },
    baselines: {},
    ceilings: {},
    findings: [],
    digests: { data: hex64, weights: hex64, history: hex64 },
    seconds: { total: 1, train: 1 },
    ...about,
  };
  const { experiment, profile, runId } = result;
  const path = join(reports, place ?? join(experiment, profile, runId), "result.json");
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  vouchFor(path);
  return path;
}

/** Writes the checksum of a result, as it is now, beside it. */
export function vouchFor(path: string): void {
  const digest = sha256Hex(Deno.readFileSync(path));
  Deno.writeTextFileSync(join(dirname(path), CHECKSUMS), `${digest}  result.json\n`);
}

/** Replaces the content of a file such that its size and time stay as they were. */
export function replaceUnseen(path: string, content: string): void {
  const { size, mtime } = Deno.statSync(path);
  Deno.writeTextFileSync(path, content.slice(0, size).padEnd(size));
  Deno.utimeSync(path, mtime!, mtime!);
}
