/**
 * An experiment's configuration: schema defaults, then the profile, then `--set KEY=VALUE`.
 *
 * @module
 */

import { resolve } from "@std/path";
import { closestString } from "@std/text/closest-string";
import { z } from "zod";
import { InputError } from "../numeric/errors.ts";
import type { ConfigSchema, Experiment } from "./types.ts";

/** The names of the profiles. */
export const profileNames = ["quick", "full"] as const;

/** A profile's name. */
export type ProfileName = (typeof profileNames)[number];

/**
 * A config field that names a file of the user's. A relative path starts where the command was given; the
 * file's content, not its path, enters the run id.
 *
 * @param words What it may say instead of naming a file (one that is called so is `./real`); the first is the
 * default. Default: nothing, the empty word.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inputFile, z } from "assay";
 *
 * assertEquals(z.object({ data: inputFile("a CSV file") }).parse({}), { data: "" });
 * ```
 */
export function inputFile(
  description: string,
  words: readonly [string, ...string[]] = [""],
): z.ZodDefault<z.ZodString> {
  return z.string().default(words[0]).meta({ description, inputFileUnless: [...words] });
}

/**
 * The keys of a configuration that name input files.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inputFile, inputFileKeys, z } from "assay";
 *
 * const schema = z.object({ data: inputFile("a CSV file, or made up", ["real", "simulated"]) });
 * assertEquals(inputFileKeys(schema, schema.parse({})), []);
 * assertEquals(inputFileKeys(schema, { data: "own.csv" }), ["data"]);
 * ```
 */
export function inputFileKeys(
  schema: ConfigSchema,
  config: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(fields(schema))
    .filter(([key, { inputFileUnless: words }]) =>
      words && key in config && !words.includes(String(config[key]))
    )
    .map(([key]) => key);
}

/**
 * Which numbers a key of a configuration takes; `null` where it takes none, or is unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const schema = z.object({ rate: z.number(), epochs: z.number().int(), mode: z.string() });
 * assertEquals(["rate", "epochs", "mode"].map((key) => numberKind(schema, key)), ["number", "integer", null]);
 * ```
 */
export function numberKind(schema: ConfigSchema, key: string): "integer" | "number" | null {
  const { type } = fields(schema)[key] ?? {};
  return type === "integer" || type === "number" ? type : null;
}

interface FieldDescription {
  inputFileUnless?: string[];
  description?: string;
  default?: unknown;
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: FieldDescription;
}

/**
 * Resolves the configuration of a profile with overrides of the form `KEY=VALUE`.
 *
 * A value is read as JSON where that fits the field (`3`, `true`, `[1,2]`), else as plain text, else
 * as a comma-separated list (`64,32`).
 *
 * @param folder Where relative paths of input files start.
 *
 * @throws {InputError} For an unknown profile or key, a malformed override, or a value that the
 * schema refuses, naming the key, the value and what is allowed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { experiment, resolveConfig, z } from "assay";
 *
 * const demo = experiment({
 *   name: "demo",
 *   title: "Demo",
 *   config: z.object({ epochs: z.number().int().min(1).default(10), sizes: z.array(z.number()).default([8]) }),
 *   profiles: { quick: { epochs: 2 }, full: {} },
 *   seeds: { quick: 1, full: 1 },
 *   targets: [],
 *   claims: [],
 *   run: () => Promise.resolve({ metrics: {} }),
 * });
 * assertEquals(resolveConfig(demo, "quick", ["sizes=4,2"]), { epochs: 2, sizes: [4, 2] });
 * ```
 */
export function resolveConfig<Schema extends ConfigSchema>(
  experiment: Experiment<Schema>,
  profile: string,
  overrides: readonly string[] = [],
  folder: string = Deno.cwd(),
): z.output<Schema> {
  if (!(profileNames as readonly string[]).includes(profile)) {
    throw new InputError(
      `Cannot configure experiment "${experiment.name}": there is no profile "${profile}". ` +
        `Profiles are ${profileNames.join(" and ")}; use --profile quick or --profile full.`,
    );
  }
  const values: Record<string, unknown> = { ...experiment.profiles[profile as ProfileName] };
  for (const override of overrides) {
    const [key, value] = parseOverride(experiment, override);
    const isFile = inputFileKeys(experiment.config, { [key]: value }).includes(key);
    values[key] = isFile ? resolve(folder, String(value)) : value;
  }
  const parsed = experiment.config.strict().safeParse(values);
  if (parsed.success) return parsed.data as z.output<Schema>;
  throw new InputError(
    `Cannot configure experiment "${experiment.name}" at profile "${profile}": ` +
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ") +
      `. Its keys are ${describeKeys(experiment.config)}.`,
  );
}

function parseOverride(experiment: Experiment, override: string): [string, unknown] {
  const equals = override.indexOf("=");
  const { shape } = experiment.config;
  const keys = Object.keys(shape);
  if (equals <= 0) {
    throw new InputError(
      `Cannot read --set "${override}" for experiment "${experiment.name}": it must have the form ` +
        `KEY=VALUE, for instance --set ${keys[0] ?? "epochs"}=${example(experiment, keys[0])}. ` +
        `Its keys are ${keys.join(", ")}.`,
    );
  }
  const key = override.slice(0, equals);
  const text = override.slice(equals + 1);
  const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
  if (!field) {
    const near = keys.length > 0 ? ` Did you mean "${closestString(key, keys)}"?` : "";
    throw new InputError(
      `Cannot set "${key}" of experiment "${experiment.name}": it has no such key.${near} ` +
        `Its keys are ${keys.join(", ")}.`,
    );
  }
  for (const candidate of readings(text)) {
    const parsed = z.safeParse(field, candidate);
    if (parsed.success) return [key, parsed.data];
  }
  throw new InputError(
    `Cannot set ${key}=${text} of experiment "${experiment.name}": ` +
      `the value must be ${describeField(experiment.config, key)}.`,
  );
}

function* readings(text: string): Generator<unknown> {
  const json = parseJson(text);
  if (json !== undefined) yield json;
  yield text;
  yield text.split(",").map((part) => parseJson(part) ?? part);
  yield text.split(",");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fields(schema: ConfigSchema): Record<string, FieldDescription> {
  const json = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  return (json.properties ?? {}) as Record<string, FieldDescription>;
}

function describeKeys(schema: ConfigSchema): string {
  return Object.keys(schema.shape).map((key) => `${key} (${describeField(schema, key)})`).join(
    ", ",
  );
}

/** What a field accepts, in words: kind, range, choices, default and meaning. */
function describeField(schema: ConfigSchema, key: string): string {
  const field = fields(schema)[key] ?? {};
  const parts = [kindOf(field)];
  if (field.default !== undefined) parts.push(`default ${JSON.stringify(field.default)}`);
  if (field.description) parts.push(field.description);
  return parts.join("; ");
}

function kindOf(field: FieldDescription): string {
  if (field.enum) return `one of ${field.enum.map((choice) => JSON.stringify(choice)).join(", ")}`;
  if (field.type === "array") return `a list, each ${kindOf(field.items ?? {})}`;
  const kind =
    { integer: "an integer", number: "a number", boolean: "true or false", string: "text" }[
      field.type ?? ""
    ] ?? "a value";
  const limits = [
    field.minimum !== undefined && field.minimum > Number.MIN_SAFE_INTEGER &&
    `at least ${field.minimum}`,
    field.exclusiveMinimum !== undefined && `above ${field.exclusiveMinimum}`,
    field.maximum !== undefined && field.maximum < Number.MAX_SAFE_INTEGER &&
    `at most ${field.maximum}`,
    field.exclusiveMaximum !== undefined && `below ${field.exclusiveMaximum}`,
  ].filter((limit) => limit !== false);
  return [kind, ...(limits.length > 0 ? [limits.join(" and ")] : [])].join(" ");
}

function example(experiment: Experiment, key: string | undefined): string {
  const value = key === undefined ? 1 : fields(experiment.config)[key]?.default;
  return typeof value === "string" ? value : JSON.stringify(value ?? 1);
}
