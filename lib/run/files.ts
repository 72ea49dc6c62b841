/**
 * The files of a reports folder: written whole, read back checked, listed in one order.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { z } from "zod";
import { writeParts } from "../dataset/atomic_file.ts";
import { jsonText } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";

/**
 * Writes `contents` to `path` so that a reader sees the old file or the new one, never a part.
 * Missing folders are made.
 *
 * @throws {InputError} When the place cannot be written (no permission, disk full), with what to do;
 * nothing is left there then.
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  await writeParts(path, [bytes]);
}

/** Writes a value as {@linkcode jsonText}, with {@linkcode writeWhole}. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, jsonText(value));
}

/**
 * Reads a JSON file and checks it against a schema; `null` when there is no such file.
 *
 * @throws {InputError} When it cannot be read, is not JSON or does not have the schema's form.
 */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(
      `Cannot read ${path}: ${(error as Error).message}. Check its permissions.`,
    );
  }
  try {
    return parseJson(text, schema);
  } catch (error) {
    throw new InputError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}

/**
 * Text as JSON, checked against a schema.
 *
 * @throws {InputError} When it is not JSON or does not have the schema's form: what is wrong and what
 * to do, to follow "Cannot read FILE: ".
 */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `it is not JSON (${
        (error as Error).message
      }). It was damaged after it was written; remove it ` +
        `and run the experiment again.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${issue!.path.join(".") || "the document"}: ${issue!.message}. It was written by another ` +
      `version or changed by hand; remove it and run the experiment again.`,
  );
}

/** SHA-256 of a file's bytes, as hex. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * Names of the wanted entries of a folder, sorted: a folder's own order differs between machines.
 * None when there is no such folder.
 */
export function namesIn(folder: string, wanted: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(wanted).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
