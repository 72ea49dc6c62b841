/**
 * Flags that stand for one value of a configuration, for what users ask for often enough to have a word of its own.
 *
 * @module
 */

import { listExperiments, type Registered } from "../experiment/registry.ts";
import { InputError } from "../numeric/errors.ts";
import type { Arguments } from "./arguments.ts";
import { experimentsFolder } from "./streams.ts";

/** The key that a flag sets, and to what. */
const configFlags = {
  "seed-rules": { key: "rules", value: "seed" },
  force: { key: "force", value: "true" },
} as const;

/** Their names. */
export const configFlagNames = Object.keys(configFlags) as (keyof typeof configFlags)[];

/**
 * The overrides that flags stand for.
 *
 * @throws {InputError} When a flag is given to an experiment whose configuration has no such key.
 */
export async function configFlagOverrides(
  parsed: Arguments,
  chosen: readonly Registered[],
): Promise<string[]> {
  const given = configFlagNames.filter((name) => parsed.flag(name));
  for (const name of given) await checkKey(name, configFlags[name].key, chosen);
  return given.map((name) => `${configFlags[name].key}=${configFlags[name].value}`);
}

async function checkKey(flag: string, key: string, chosen: readonly Registered[]): Promise<void> {
  const without = ({ experiment }: Registered) => !Object.hasOwn(experiment.config.shape, key);
  const names = (of: readonly Registered[]) =>
    of.map(({ experiment }) => experiment.name).join(", ");
  const refusing = chosen.filter(without);
  if (refusing.length === 0) return;
  const taking = (await listExperiments(experimentsFolder)).filter((one) => !without(one));
  throw new InputError(
    `Cannot run ${
      names(refusing)
    } with --${flag}: only experiments whose configuration has the key ` +
      `"${key}" take it. Of those in experiments/ they are: ${names(taking) || "none"}.`,
  );
}
