/**
 * One spelling for each JSON value, so that a document can be hashed and compared byte for byte:
 * members sorted by UTF-16 code units, ECMAScript number formatting, no white space (RFC 8785).
 *
 * @module
 */

/** Layout of {@linkcode canonicalJson}. */
export interface CanonicalJsonOptions {
  /** Spaces a level, for files meant for reading; `0` (the default) writes one line without spaces. */
  readonly indent?: number;
}

/**
 * Writes `value` as JSON whose bytes depend on the value alone, after RFC 8785 (JSON
 * Canonicalization Scheme): the order in which members were added does not show, `-0` is `0`.
 *
 * Object members that are `undefined` are absent. Everything else that JSON cannot hold is refused
 * rather than changed: `NaN`, infinities, `undefined` elsewhere, functions, symbols, bigints, typed
 * arrays and other class instances, lone surrogates, cycles.
 *
 * @param value Plain objects, arrays, strings, finite numbers, booleans, `null`.
 * @param options `indent` breaks lines; the members' order stays. No line feed at the end.
 * @throws {TypeError} On a value that JSON cannot hold; the message names its path, such as `$.a[3]`.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalJson({ b: [1e21, -0], a: "é" }), '{"a":"é","b":[1e+21,0]}');
 * assertEquals(canonicalJson({ b: [1], a: {} }, { indent: 2 }), '{\n  "a": {},\n  "b": [\n    1\n  ]\n}');
 * ```
 */
export function canonicalJson(value: unknown, options: CanonicalJsonOptions = {}): string {
  const indent = options.indent ?? 0;
  if (!Number.isInteger(indent) || indent < 0 || indent > 8) {
    throw new RangeError(`Cannot write JSON with indent ${indent}: use a whole number from 0 to 8`);
  }
  return write(value, "$", "", " ".repeat(indent), new Set());
}

/**
 * A value as the JSON files of a reports folder have it: canonical, indented for reading, a line feed at the end.
 *
 * @throws {TypeError} As {@linkcode canonicalJson}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jsonText({ b: 1, a: [] }), '{\n  "a": [],\n  "b": 1\n}\n');
 * ```
 */
export function jsonText(value: unknown): string {
  return `${canonicalJson(value, { indent: 2 })}\n`;
}

function write(
  value: unknown,
  path: string,
  margin: string,
  step: string,
  open: Set<object>,
): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quote(value, path);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse(String(value), path);
    return JSON.stringify(value);
  }
  if (typeof value !== "object") refuse(describe(value), path);
  if (open.has(value)) refuse("an object that contains itself", path);
  open.add(value);
  const inner = margin + step;
  const parts: string[] = [];
  let brackets = "[]";
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      parts.push(write(value[i], `${path}[${i}]`, inner, step, open));
    }
  } else {
    brackets = "{}";
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) refuse(describe(value), path);
    const members = value as Record<string, unknown>;
    const colon = step === "" ? ":" : ": ";
    // The default sort compares UTF-16 code units, which is the order RFC 8785 §3.2.3 asks for.
    for (const name of Object.keys(members).sort()) {
      if (members[name] === undefined) continue;
      const at = `${path}${/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`;
      parts.push(quote(name, at) + colon + write(members[name], at, inner, step, open));
    }
  }
  open.delete(value);
  if (parts.length === 0 || step === "") return brackets[0] + parts.join(",") + brackets[1];
  return `${brackets[0]}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${brackets[1]}`;
}

function quote(text: string, path: string): string {
  if (!text.isWellFormed()) refuse(`text with a lone surrogate, ${JSON.stringify(text)}`, path);
  return JSON.stringify(text);
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "object" && value !== null) {
    return `an instance of ${value.constructor?.name ?? "a class without a name"}`;
  }
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function refuse(found: string, path: string): never {
  throw new TypeError(
    `Cannot write JSON: ${path} is ${found}. Allowed are null, booleans, finite numbers, ` +
      `strings, arrays and plain objects; convert the value or leave it out`,
  );
}
