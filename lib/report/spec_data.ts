/**
 * What a JSON schema cannot see in a specification: numbers that are not finite, places outside the
 * file, and field names that no data has.
 *
 * @module
 */

import type { Fault } from "./spec_schema.ts";

/**
 * The first fault in a specification's values and references, `null` when there is none: a number
 * that is not finite, `undefined`, a function or bigint, an address, or a `field` that is neither a column of the
 * inline data nor made by a transform.
 */
export function dataFault(spec: Readonly<Record<string, unknown>>): Fault | null {
  const columns = new Set<string>();
  const fields: { path: string; name: string }[] = [];
  let open = false;

  function walk(value: unknown, path: string, inData: boolean): Fault | null {
    const kind = typeof value;
    if (kind === "number" && !Number.isFinite(value)) {
      return { path, message: `is ${value}; leave the row out, or use null for a gap in a line` };
    }
    if (value === undefined || kind === "function" || kind === "bigint" || kind === "symbol") {
      return {
        path,
        message: `is ${value === undefined ? "undefined" : `a ${kind}`}, which JSON cannot hold`,
      };
    }
    if (
      kind === "string" && !inData && /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(value as string) &&
      !isSchema(path)
    ) {
      return { path, message: `is the address "${value}"; a figure holds all it shows` };
    }
    if (kind !== "object" || value === null) return null;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const fault = walk(value[i], `${path}[${i}]`, inData);
        if (fault) return fault;
      }
      return null;
    }
    for (const [name, member] of Object.entries(value)) {
      const at = path ? `${path}.${name}` : name;
      const values = name === "values" && (path === "data" || path.endsWith(".data"));
      if (values) gatherColumns(member);
      else if (!inData) {
        // A picture in the data is shown; that it is one, the drawing tells.
        const held = name === "url" && path.endsWith("encoding") && isField(member);
        if ((name === "url" || name === "href") && !held) {
          const shown = JSON.stringify(member) ?? "an address";
          return { path: at, message: `is ${shown}; a figure loads nothing and links nowhere` };
        }
        gatherReference(name, member, at);
      }
      const fault = walk(member, at, inData || values);
      if (fault) return fault;
    }
    return null;
  }

  function gatherColumns(rows: unknown): void {
    if (!Array.isArray(rows)) open = true;
    else {
      for (const row of rows) {
        if (typeof row !== "object" || row === null) columns.add("data");
        else Object.keys(row).forEach((name) => columns.add(name));
      }
    }
  }

  function gatherReference(name: string, member: unknown, path: string): void {
    if (name === "field" && typeof member === "string") fields.push({ path, name: member });
    if (name === "as") [member].flat().forEach((made) => columns.add(String(made)));
    if (["fold", "density", "quantile"].includes(name)) {
      ["key", "value", "density", "prob"].forEach((made) => columns.add(made));
    }
    // These make columns whose names are only known when they run.
    if (["pivot", "lookup", "sequence", "graticule"].includes(name)) open = true;
  }

  const fault = walk(spec, "", false);
  if (fault || open) return fault;
  for (const { path, name } of fields) {
    const column = name.replace(/\\([.[\]])/g, "$1");
    if (!columns.has(column) && !columns.has(name.split(/[.[]/)[0]!)) {
      return { path, message: `names "${name}", but the data has ${listed(columns)}` };
    }
  }
  return null;
}

/** Whether a channel takes its value from the data and nowhere else. */
function isField(channel: unknown): boolean {
  return typeof channel === "object" && channel !== null &&
    Object.keys(channel).every((name) => name === "field" || name === "type");
}

/** The schema's own address says which dialect the file is in; nothing is loaded from it. */
function isSchema(path: string): boolean {
  return path === "$schema";
}

function listed(columns: ReadonlySet<string>): string {
  const names = [...columns].sort().map((name) => `"${name}"`);
  return names.length === 0 ? "no columns" : `only ${names.join(", ")}`;
}
