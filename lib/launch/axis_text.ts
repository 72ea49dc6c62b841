/**
 * The keys of a sweep as they are given, `KEY=a,b,c` or `KEY=LOW..HIGH`: read, and refused where they do not
 * go together.
 *
 * @module
 */

import type { Experiment } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";

/** The ends of a range, both included, as they were given. */
export interface RangeText {
  readonly low: string;
  readonly high: string;
}

/** A key with its values, or with a range to draw them from. */
export interface AxisText {
  readonly key: string;
  /** As given; of a range none. */
  readonly values: readonly string[];
  readonly range: RangeText | null;
}

/**
 * Reads `KEY=a,b,c` or `KEY=LOW..HIGH`. A value may be JSON: a comma inside brackets or quotes parts nothing.
 *
 * @param option That it was given to, for messages.
 * @throws {InputError} When it has another form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(axisText("sizes=[4,2],8").values, ["[4,2]", "8"]);
 * assertEquals(axisText("rate=1e-4..1e-2").range, { low: "1e-4", high: "1e-2" });
 * ```
 */
export function axisText(text: string, option = "grid"): AxisText {
  const key = keyOf(text);
  const rest = text.slice(key.length + 1);
  const range = key === "" ? null : rangeText(rest);
  if (range !== null) return { key, values: [], range };
  const values = key === "" ? [] : splitValues(rest);
  if (values.length > 0 && values.every((value) => value !== "")) return { key, values, range };
  throw new InputError(
    `Cannot read --${option} "${text}": ${
      key === "" ? "it has no key" : values.length > 0 ? "a value is empty" : "it has no values"
    }. It must have the form KEY=VALUE,VALUE,..., for instance --${option} epochs=5,10,20; a value that ` +
      `holds a comma is written as JSON, such as --grid 'sizes=[64,32],[128]'.`,
  );
}

/** The key of `KEY=...`; empty where there is none. */
export function keyOf(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf("=")));
}

function rangeText(text: string): RangeText | null {
  const [, low = "", high = ""] = /^(.+?)\.\.(.+)$/.exec(text) ?? [];
  const isNumber = (end: string) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(end);
  return isNumber(low) && isNumber(high) ? { low, high } : null;
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

/**
 * Refuses keys that do not go together, whatever their values are.
 *
 * @param taken Keys that are set otherwise, each with the option that does.
 * @throws {InputError} When there is no key, or one is given twice or set otherwise too.
 */
export function refuseUnfitKeys(
  { name }: Pick<Experiment, "name">,
  axes: readonly AxisText[],
  taken: Readonly<Record<string, string>>,
): void {
  const keys = axes.map(({ key }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  const set = keys.find((key) => Object.hasOwn(taken, key));
  const reason = axes.length === 0
    ? "there is no --grid. Give at least one key with its values, for instance --grid epochs=5,10,20"
    : twice !== undefined
    ? `--grid names the key "${twice}" twice. Give all its values in one${
      axes.some(({ key, range }) => key === twice && range !== null)
        ? ""
        : `: --grid ${twice}=${
          axes.filter(({ key }) => key === twice).flatMap(({ values }) =>
            values
          ).join(",")
        }`
    }`
    : set !== undefined
    ? `the key "${set}" stands in --grid and in ${taken[set]}. Leave one of them out`
    : null;
  if (reason !== null) throw new InputError(`Cannot sweep experiment "${name}": ${reason}.`);
}

/** How many combinations there are of the values; `Infinity` with a range. */
export function combinations(axes: readonly AxisText[]): number {
  return axes.reduce(
    (product, { values, range }) => product * (range === null ? values.length : Infinity),
    1,
  );
}
