/**
 * The systems that are timed: with which threads on which backend, and how their workers are started.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { BenchBackend } from "./protocol.ts";

/** Names of the systems, ours first. */
export const systemNames = ["assay", "tfjs", "torch", "jax-js"] as const;

/** Name of a system. */
export type SystemName = typeof systemNames[number];

/** One contestant of a case. */
export interface Entry {
  readonly system: SystemName;
  readonly backend: BenchBackend;
  /** `null` on WebGPU, where the driver decides. */
  readonly threads: number | null;
}

/**
 * The contestants on a backend: those whose threads can be set, with one and with all. Stock tfjs-wasm runs
 * on one under Deno; jax-js takes all and cannot be told otherwise.
 */
export function entries(
  systems: readonly SystemName[],
  backend: BenchBackend,
  cores: number,
): Entry[] {
  const threads: Readonly<Record<SystemName, readonly number[]>> = {
    "assay": [1, cores],
    "tfjs": [1],
    "torch": [1, cores],
    "jax-js": [cores],
  };
  const taking = systemNames.filter((system) => systems.includes(system));
  if (backend === "webgpu") return taking.map((system) => ({ system, backend, threads: null }));
  return taking.flatMap((system) =>
    [...new Set(threads[system])].map((threads) => ({ system, backend, threads }))
  );
}

/** The python that is asked for torch: ASSAY_BENCH_PYTHON, else the one on PATH. */
export function python(): string {
  return Deno.env.get("ASSAY_BENCH_PYTHON") ?? "python3";
}

/** A command line. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
}

/** How the worker of a system is started. */
export function commandOf(system: SystemName): CommandLine {
  const file = (path: string) => fromFileUrl(new URL(path, import.meta.url));
  if (system === "torch") {
    return { program: python(), args: ["-W", "ignore", file("./peers/torch_steps.py")] };
  }
  const env = ["IGNORE_TEST_WIN32", "READABLE_STREAM", "XDG_RUNTIME_DIR"];
  return {
    program: Deno.execPath(),
    args: [
      "run",
      "--no-prompt",
      "--frozen",
      `--config=${file("../../deno.json")}`,
      "--allow-read",
      `--allow-env=${env.join()}`,
      file("./worker.ts"),
      system,
    ],
  };
}
