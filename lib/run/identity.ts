/**
 * A run's identity: everything that determines its result, and the id made from it.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import type { Device } from "../device/device.ts";
import { inputFileKeys } from "../experiment/config.ts";
import type { ConfigSchema, Experiment } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { fileDigest, readJson } from "./files.ts";
import { moduleGraph } from "./modules.ts";
import type { Manifest } from "./schema.ts";

/** What a run id is the hash of. */
export type Identity = Manifest["identity"];

/** The code part of an identity: the same for every run of an experiment file. */
export type CodeIdentity = Pick<Identity, "modules" | "dependencies">;

const configurationSchema = z.object({ imports: z.record(z.string(), z.string()).default({}) });

const lockSchema = z.object({
  specifiers: z.record(z.string(), z.string()).default({}),
  npm: z.record(
    z.string(),
    z.object({ integrity: z.string().default(""), dependencies: z.array(z.string()).default([]) }),
  ).default({}),
});

/** The import map of the configuration file in `root`. */
export async function importMapOf(root: string): Promise<Record<string, string>> {
  const configuration = await readJson(join(root, "deno.json"), configurationSchema);
  if (configuration === null) {
    throw new InputError(`Cannot identify the run: ${root} has no deno.json.`);
  }
  return configuration.imports;
}

/**
 * Digests of the local modules that `file` reaches, and the locked packages they use.
 *
 * @param file Absolute path of the experiment's module.
 * @param root Folder with `deno.json` and `deno.lock`.
 */
export async function codeIdentity(file: string, root: string): Promise<CodeIdentity> {
  const graph = moduleGraph(file, root, await importMapOf(root));
  const lock = await readJson(join(root, "deno.lock"), lockSchema);
  return {
    modules: graph.digests,
    dependencies: lock === null ? {} : lockedClosure(graph.packages, lock),
  };
}

/**
 * A config as it enters the identity: input files by the digest of their content.
 *
 * @throws {InputError} When an input file cannot be read.
 */
export async function identityConfig(
  schema: ConfigSchema,
  config: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const identified = { ...config };
  for (const key of inputFileKeys(schema, config)) {
    identified[key] = `sha256:${await inputDigest(key, String(config[key]))}`;
  }
  return identified;
}

async function inputDigest(key: string, path: string): Promise<string> {
  try {
    return await fileDigest(path);
  } catch (error) {
    throw new InputError(
      `Cannot read the file of ${key}=${path}: ${(error as Error).message}. Give a readable file.`,
    );
  }
}

/**
 * The identity of a run of `experiment`.
 *
 * @throws {InputError} When an input file cannot be read.
 */
export async function identify(
  { experiment, config, seed, code, device }: {
    readonly experiment: Pick<Experiment, "name" | "config">;
    readonly config: Readonly<Record<string, unknown>>;
    readonly seed: number;
    readonly code: CodeIdentity;
    readonly device: Pick<Device, "backend" | "numerics">;
  },
): Promise<Identity> {
  return {
    experiment: experiment.name,
    ...code,
    config: await identityConfig(experiment.config, config),
    seed,
    backend: device.backend,
    numerics: device.numerics,
  };
}

/** The first twelve hex digits of SHA-256 over the identity's canonical JSON. */
export function runId(identity: Identity): string {
  return sha256Hex(canonicalJson(identity)).slice(0, 12);
}

/** What runs that differ in their seeds only have in common, as twelve hex digits. */
export function groupId({ seed: _, ...shared }: Identity): string {
  return sha256Hex(canonicalJson(shared)).slice(0, 12);
}

/**
 * Locked packages reachable from `packages` (`npm:name@version/path`), as lock id to integrity.
 * Exported for tests.
 */
export function lockedClosure(
  packages: readonly string[],
  lock: z.output<typeof lockSchema>,
): Record<string, string> {
  const found: Record<string, string> = {};
  const pending = packages.flatMap((specifier) => {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^/@]+)@([^/]+)/.exec(specifier) ?? [];
    const resolved = lock.specifiers[`npm:${name}@${version}`];
    return resolved === undefined ? [] : [`${name}@${resolved}`];
  });
  const byName = new Map<string, string[]>();
  for (const id of Object.keys(lock.npm)) {
    const name = /^(.[^@]*)@/.exec(id)![1]!;
    byName.set(name, [...byName.get(name) ?? [], id]);
  }
  for (let id; (id = pending.pop()) !== undefined;) {
    const entry = lock.npm[id];
    if (!entry || Object.hasOwn(found, id)) continue;
    found[id] = entry.integrity;
    for (const dependency of entry.dependencies) {
      // A dependency is a bare name where the lock holds one version of it, else name@version.
      pending.push(...lock.npm[dependency] ? [dependency] : byName.get(dependency) ?? []);
    }
  }
  return found;
}
