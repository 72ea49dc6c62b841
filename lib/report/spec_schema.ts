/**
 * Checks a specification against Vega-Lite's own JSON schema, with one message about the place that
 * is wrong. A general validator reports every branch of every `anyOf` that did not match (dozens of
 * lines for a single typo) and needs over a second to compile this schema; this one follows the branch that
 * fits best, and reads the schema as it goes.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
// Named so that `import.meta.resolve` finds the package on disk.
import type {} from "vega-lite";

/** What is wrong with a document, and where. */
export interface Fault {
  /** Such as `encoding.x` or `layer[1].mark`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minProperties?: number;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Faults of a value under one schema; `cost` says how far the value is from fitting. */
interface Misfit {
  readonly cost: number;
  readonly faults: readonly Fault[];
}

const fits: Misfit = { cost: 0, faults: [] };

// What speaks against a branch of a choice: a value of the wrong kind most, then a missing member, then
// a wrong word; an unknown member least, being most often a slip of the pen in the right branch.
const costs = { kind: 1000, missing: 50, word: 5, unknown: 4, range: 4 } as const;

/** However wrong a part is, the branch around it can still be the one that was meant. */
const mostOfPart = 6;

/** Returns a function that finds the first fault of a Vega-Lite specification, `null` when it has none. */
export async function specChecker(): Promise<(spec: unknown) => Fault | null> {
  const place = new URL("./vega-lite-schema.json", import.meta.resolve("vega-lite"));
  return checker(JSON.parse(await Deno.readTextFile(place)));
}

/** The same for any schema in the subset of JSON schema that Vega-Lite's uses. */
export function checker(root: Schema): (value: unknown) => Fault | null {
  const definition = (schema: Schema): Schema =>
    schema.$ref
      ? definition(root.definitions![schema.$ref.replace("#/definitions/", "")]!)
      : schema;

  function check(reference: Schema, value: unknown, path: string): Misfit {
    const schema = definition(reference);
    const chosen = schema.anyOf ? best(schema.anyOf, value, path) : fits;
    return chosen.cost > 0 ? chosen : checkOwn(schema, value, path);
  }

  /** The keywords of a schema other than its choice. */
  function checkOwn(schema: Schema, value: unknown, path: string): Misfit {
    const types = [schema.type ?? []].flat();
    if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
      return misfit(costs.kind, path, `${quote(value)} is not of type ${types.join(" or ")}`);
    }
    const words = "const" in schema ? [schema.const] : schema.enum;
    if (words && !words.includes(value)) {
      const sameKind = words.some((word) => typeof word === typeof value);
      return misfit(
        sameKind ? costs.word : costs.kind,
        path,
        `${quote(value)} is not ${choice(words, value)}`,
      );
    }
    if (Array.isArray(value)) return checkArray(schema, value, path);
    if (typeof value === "object" && value !== null) {
      return checkObject(schema, value as Record<string, unknown>, path);
    }
    const range = outOfRange(schema, value);
    return range ? misfit(costs.range, path, range) : fits;
  }

  function best(branches: readonly Schema[], value: unknown, path: string): Misfit {
    let nearest: Misfit | null = null;
    for (const branch of branches) {
      const outcome = check(branch, value, path);
      if (outcome.cost === 0) return fits;
      if (nearest === null || outcome.cost < nearest.cost) nearest = outcome;
    }
    // When no branch holds a value of this kind or tag, the choice between them is the message.
    if (nearest!.cost >= costs.word && typeof value !== "object") {
      const allowed = branches.flatMap((branch) => simple(definition(branch)));
      if (allowed.length > 1) {
        return {
          ...nearest!,
          faults: [{ path, message: `${quote(value)} is not ${choice(allowed, value)}` }],
        };
      }
    }
    return nearest!;
  }

  /** The plain values a schema allows, for a message. */
  function simple(schema: Schema): unknown[] {
    if (schema.anyOf) return schema.anyOf.flatMap((branch) => simple(definition(branch)));
    return "const" in schema ? [schema.const] : [...schema.enum ?? []];
  }

  function checkArray(schema: Schema, value: readonly unknown[], path: string): Misfit {
    const { minItems = 0, maxItems = Infinity, items } = schema;
    if (value.length < minItems || value.length > maxItems) {
      const wanted = minItems === maxItems ? `${minItems}` : `${minItems} to ${maxItems}`;
      return misfit(costs.range, path, `has ${value.length} items instead of ${wanted}`);
    }
    return items ? sum(value.map((item, i) => part(check(items, item, `${path}[${i}]`)))) : fits;
  }

  function checkObject(schema: Schema, value: Record<string, unknown>, path: string): Misfit {
    const { properties = {}, additionalProperties = true, required = [], minProperties = 0 } =
      schema;
    const members = Object.keys(value).filter((name) => value[name] !== undefined);
    const parts: Misfit[] = [];
    for (const name of members) {
      const inner = Object.hasOwn(properties, name)
        ? properties[name]!
        : typeof additionalProperties === "object"
        ? additionalProperties
        : null;
      if (inner) parts.push(part(check(inner, value[name], path ? `${path}.${name}` : name)));
      else if (!additionalProperties) {
        const known = Object.keys(properties).filter((other) => !members.includes(other));
        parts.push(
          misfit(costs.unknown, path, `has an unknown member "${name}"${meant(name, known)}`),
        );
      }
    }
    for (const name of required) {
      if (!members.includes(name)) {
        parts.push(misfit(costs.missing, path, `lacks the member "${name}"`));
      }
    }
    if (members.length < minProperties) {
      parts.push(misfit(costs.range, path, `needs at least ${minProperties} members`));
    }
    return sum(parts);
  }

  return (value) => check(root, value, "").faults[0] ?? null;
}

function misfit(cost: number, path: string, message: string): Misfit {
  return { cost, faults: [{ path, message }] };
}

function sum(misfits: readonly Misfit[]): Misfit {
  const bad = misfits.filter(({ cost }) => cost > 0);
  if (bad.length === 0) return fits;
  return {
    cost: bad.reduce((total, { cost }) => total + cost, 0),
    faults: bad.flatMap(({ faults }) => faults),
  };
}

function part({ cost, faults }: Misfit): Misfit {
  return { cost: Math.min(cost, mostOfPart), faults };
}

function outOfRange(schema: Schema, value: unknown): string | null {
  const { minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity } = schema;
  if (typeof value === "number" && (value < minimum || value > maximum)) {
    return `${value} is outside ${minimum} to ${maximum}`;
  }
  if (typeof value === "string" && (value.length < minLength || value.length > maxLength)) {
    return `${quote(value)} has ${value.length} characters, not ${minLength} to ${maxLength}`;
  }
  return null;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "null" || value === null) return value === null && type === "null";
  return type === (Array.isArray(value) ? "array" : typeof value);
}

function choice(allowed: readonly unknown[], value: unknown): string {
  const known = allowed.filter((item) => typeof item === "string");
  if (allowed.length === 1) return quote(allowed[0]);
  const shown = allowed.slice(0, 12).map(quote).join(", ") + (allowed.length > 12 ? ", ..." : "");
  return `one of ${shown}${typeof value === "string" ? meant(value, known) : ""}`;
}

function meant(word: string, known: readonly string[]): string {
  return known.length > 0 ? ` (did you mean "${closestString(word, known)}"?)` : "";
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
