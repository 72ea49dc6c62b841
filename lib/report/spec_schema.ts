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

// A wrong kind of value speaks against a branch more than a wrong tag, that more than a missing
// member, and that more than an unknown one, which is most often a slip of the pen in the right branch.
const costs = { kind: 1000, tag: 100, missing: 10, unknown: 1, range: 1 } as const;

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
    if (schema.anyOf) return best(schema.anyOf, value, path);
    if ("const" in schema && value !== schema.const) {
      return misfit(costs.tag, path, `${quote(value)} must be ${quote(schema.const)}`);
    }
    if (schema.enum && !schema.enum.includes(value)) {
      return misfit(costs.tag, path, `${quote(value)} is not ${choice(schema.enum, value)}`);
    }
    if (schema.type && !hasType(value, schema.type)) {
      const wanted = [schema.type].flat().join(" or ");
      return misfit(costs.kind, path, `${quote(value)} is not of type ${wanted}`);
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
    if (nearest!.cost >= costs.tag && typeof value !== "object") {
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
    return items ? sum(value.map((item, i) => check(items, item, `${path}[${i}]`))) : fits;
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
      if (inner) parts.push(check(inner, value[name], path ? `${path}.${name}` : name));
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

function sum(parts: readonly Misfit[]): Misfit {
  let cost = 0;
  const faults: Fault[] = [];
  for (const part of parts) {
    cost += part.cost;
    faults.push(...part.faults);
  }
  return cost === 0 ? fits : { cost, faults };
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

function hasType(value: unknown, type: string | readonly string[]): boolean {
  const kind = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return [type].flat().some((wanted) =>
    wanted === kind || (wanted === "integer" && Number.isInteger(value))
  );
}

function choice(allowed: readonly unknown[], value: unknown): string {
  const known = allowed.filter((item) => typeof item === "string");
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
