/**
 * The grid of a sweep: from `KEY=a,b,c` texts to the cells, each a configuration that the experiment
 * takes.
 *
 * @module
 */

import { resolveConfig } from "../experiment/config.ts";
import type { Experiment } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { identityConfig } from "../run/identity.ts";

/** A key of the grid and its values, read by the schema, in the order asked for. */
export interface Axis {
  readonly key: string;
  readonly values: readonly unknown[];
}

/** A cell of the grid. */
export interface GridCell {
  /** What the cell sets, by key; input files by the digest of their content. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** What the configuration was resolved from, `KEY=VALUE`. */
  readonly overrides: readonly string[];
}

/** The cells of a grid. */
export interface Grid {
  readonly axes: readonly Axis[];
  /** What is set in every cell, by key. */
  readonly set: Readonly<Record<string, unknown>>;
  /** The last key's value changes first. */
  readonly cells: readonly GridCell[];
}

/** What a grid is made from. */
export interface GridRequest {
  readonly profile: string;
  /** `KEY=a,b,c`, one a key. A value may be JSON: a comma inside brackets or quotes parts nothing. */
  readonly grid: readonly string[];
  /** `KEY=VALUE`, in every cell. */
  readonly set: readonly string[];
  /** Where relative paths of input files start. */
  readonly folder: string;
}

/** More cells than this are a slip of the pen, or want something better than a grid. */
export const MOST_CELLS = 4096;

/**
 * Resolves the configuration of every cell.
 *
 * @throws {InputError} When there is no grid or one too large, a key is unknown, given twice or set as
 * well, a value is missing or not allowed, two cells are the same, or an input file cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { experiment, z } from "../../mod.ts";
 *
 * const demo = experiment({
 *   name: "demo",
 *   title: "Demo",
 *   config: z.object({ rate: z.number().default(1), sizes: z.array(z.number()).default([8]) }),
 *   profiles: { quick: {}, full: {} },
 *   seeds: { quick: 1, full: 1 },
 *   targets: [],
 *   claims: [],
 *   run: () => Promise.resolve({ metrics: {} }),
 * });
 * const grid = ["rate=1,2", "sizes=[4,2],8"];
 * const { cells } = await gridOf(demo, { profile: "quick", grid, set: [], folder: "/" });
 * assertEquals(cells.map(({ values }) => values), [
 *   { rate: 1, sizes: [4, 2] },
 *   { rate: 1, sizes: [8] },
 *   { rate: 2, sizes: [4, 2] },
 *   { rate: 2, sizes: [8] },
 * ]);
 * ```
 */
export async function gridOf(
  experiment: Experiment,
  { profile, grid, set, folder }: GridRequest,
): Promise<Grid> {
  const texts = grid.map(axisTexts);
  const keys = texts.map(({ key }) => key);
  const fixed = set.map(keyOf);
  refuseUnfit(experiment, texts, fixed);
  const cells: GridCell[] = [];
  const known = new Map<string, string>();
  for (const chosen of product(texts)) {
    const overrides = [...set, ...chosen];
    const config = resolveConfig(experiment, profile, overrides, folder);
    const identity = await identityConfig(experiment.config, config);
    const name = chosen.join(", ");
    const same = known.get(canonicalJson(identity));
    if (same !== undefined) {
      throw new InputError(
        `Cannot sweep over ${keys.join(" and ")} of experiment "${experiment.name}": the cells ` +
          `${same} and ${name} are the same. Give each value once.`,
      );
    }
    known.set(canonicalJson(identity), name);
    cells.push({ values: pick(identity, keys), config, overrides });
  }
  return { axes: axesOf(texts, cells), set: pick(await fixedConfig(), fixed), cells };

  async function fixedConfig() {
    return await identityConfig(experiment.config, resolveConfig(experiment, profile, set, folder));
  }
}

interface AxisTexts {
  readonly key: string;
  readonly values: readonly string[];
}

function axisTexts(text: string): AxisTexts {
  const key = keyOf(text);
  const values = key === "" ? [] : splitValues(text.slice(key.length + 1));
  if (values.length > 0 && values.every((value) => value !== "")) return { key, values };
  throw new InputError(
    `Cannot read --grid "${text}": ${
      key === "" ? "it has no key" : values.length > 0 ? "a value is empty" : "it has no values"
    }. It must have the form KEY=VALUE,VALUE,..., for instance --grid epochs=5,10,20; a value that ` +
      `holds a comma is written as JSON, such as --grid 'sizes=[64,32],[128]'.`,
  );
}

function keyOf(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf("=")));
}

/** Parts a text at its commas, but for those inside brackets, braces or quotes. */
function splitValues(text: string): string[] {
  if (text === "") return [];
  const parts = [""];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && "[{".includes(character)) depth++;
    else if (!quoted && "]}".includes(character)) depth--;
    if (character === "," && !quoted && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** What is wrong with a grid whatever its values are. */
function refuseUnfit(
  { name }: Experiment,
  axes: readonly AxisTexts[],
  fixed: readonly string[],
): void {
  const keys = axes.map(({ key }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  const set = keys.find((key) => fixed.includes(key));
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  const reason = axes.length === 0
    ? "there is no --grid. Give at least one key with its values, for instance --grid epochs=5,10,20"
    : twice !== undefined
    ? `--grid names the key "${twice}" twice. Give all its values in one: --grid ${twice}=${
      axes.filter(({ key }) => key === twice).flatMap(({ values }) => values).join(",")
    }`
    : set !== undefined
    ? `the key "${set}" stands in --grid and in --set. Leave one of them out`
    : size > MOST_CELLS
    ? `the grid has ${size} cells (${
      axes.map(({ values }) => values.length).join(" × ")
    }), and at most ${MOST_CELLS} are run. Leave values or keys out`
    : null;
  if (reason !== null) throw new InputError(`Cannot sweep experiment "${name}": ${reason}.`);
}

/** Every choice of one `KEY=VALUE` a key; the last key's changes first. */
function product(axes: readonly AxisTexts[]): string[][] {
  return axes.reduce<string[][]>(
    (cells, { key, values }) =>
      cells.flatMap((cell) => values.map((value) => [...cell, `${key}=${value}`])),
    [[]],
  );
}

/** The axes as the schema reads their values. */
function axesOf(texts: readonly AxisTexts[], cells: readonly GridCell[]): Axis[] {
  let step = cells.length;
  return texts.map(({ key, values }) => {
    step /= values.length;
    return { key, values: values.map((_, i) => cells[i * step]!.values[key]) };
  });
}

function pick(
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, config[key]]));
}
