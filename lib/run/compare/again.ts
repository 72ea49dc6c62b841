/**
 * From a run's folder back to what can be run: its experiment, as this checkout has it, with its config.
 *
 * @module
 */

import { join } from "@std/path";
import { inputFileKeys } from "../../experiment/config.ts";
import { findExperiment } from "../../experiment/registry.ts";
import type { OpenOptions } from "../../device/device.ts";
import { InputError } from "../../numeric/errors.ts";
import type { Change } from "./comparison.ts";
import { changesOf } from "./differences.ts";
import type { RunRequest } from "../execute.ts";
import { readJson } from "../files.ts";
import { type CodeIdentity, codeIdentity } from "../identity.ts";
import { type Manifest, manifestSchema } from "../schema.ts";

/** What it takes to run a run again. */
export interface Repeatable {
  readonly manifest: Manifest;
  /** What to run: as it was, by the code of this checkout. */
  readonly request: Pick<
    RunRequest,
    "experiment" | "config" | "seed" | "code" | "profile" | "file"
  >;
  /** The device to ask for. */
  readonly device: Pick<OpenOptions, "backend" | "numerics">;
}

/**
 * Reads what the run in `folder` was made from.
 *
 * @param root The checkout.
 * @throws {InputError} When the manifest is missing or damaged, or the checkout lacks the experiment or
 * takes its config no more.
 */
export async function repeatable(folder: string, root: string): Promise<Repeatable> {
  const path = join(folder, "manifest.json");
  const manifest = await readJson(path, manifestSchema);
  if (manifest === null) {
    throw new InputError(
      `Cannot run ${folder} again: it has no manifest.json, which says what it was made from. Get the ` +
        `folder again from where it came.`,
    );
  }
  const { experiment, file } = await findExperiment(join(root, manifest.file), root, root);
  const config = { ...manifest.identity.config };
  for (const key of inputFileKeys(experiment.config, config)) {
    config[key] = manifest.inputs[key] ?? "";
  }
  const parsed = experiment.config.safeParse(config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `Cannot run ${folder} again: ${manifest.file} does not take its configuration any more ` +
        `(${issue!.path.join(".")}: ${issue!.message}). Check out commit ${
          manifest.git?.commit ?? "of that day"
        } and give the command again.`,
    );
  }
  const { backend, numerics, seed } = manifest.identity;
  return {
    manifest,
    request: {
      experiment,
      config: parsed.data,
      seed,
      code: await codeIdentity(file, root),
      profile: manifest.profile,
      file: manifest.file,
    },
    device: { backend, numerics: numerics === "wasm-strict" ? "strict" : "auto" },
  };
}

/** Modules and packages that two pieces of code do not have in common, a phrase each. */
export function codeChanges(before: CodeIdentity, now: CodeIdentity): string[] {
  const phrases = (kind: string, changes: readonly Change[]) =>
    changes.map(({ name, a, b }) =>
      `${kind} ${name} ${a === null ? "is new" : b === null ? "is gone" : "changed"}`
    );
  return [
    ...phrases("module", changesOf(before.modules, now.modules)),
    ...phrases("package", changesOf(before.dependencies, now.dependencies)),
  ];
}
