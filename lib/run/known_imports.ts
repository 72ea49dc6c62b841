/**
 * What modules import, remembered by the digest of their source: parsing the three hundred modules that an
 * experiment reaches takes half a second, reading them a twentieth of that. The file may be deleted at any time,
 * and one that cannot be used costs time, never a result.
 *
 * @module
 */

import { z } from "zod";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { readJson, writeWhole } from "./files.ts";

/** Specifiers by the digest of the source that imports them. */
const importsSchema = z.record(z.string(), z.array(z.string()));
const fileSchema = z.strictObject({
  /** Whose reading it is. */
  reader: z.string(),
  imports: importsSchema,
  /** Of `imports`: a file that was damaged is not believed. */
  digest: z.string(),
});

type Imports = z.output<typeof importsSchema>;

/** Reads sources, each once. */
export class KnownImports {
  readonly #path: string;
  readonly #reader: string;
  readonly #known: Imports;
  readonly #asked: Imports = {};

  private constructor(path: string, reader: string, known: Imports) {
    this.#path = path;
    this.#reader = reader;
    this.#known = known;
  }

  /**
   * Opens the memory.
   *
   * @param path The file.
   * @param reader Stands for how sources are read: what another reader found is forgotten.
   */
  static async open(path: string, reader: string): Promise<KnownImports> {
    const file = await readJson(path, fileSchema).catch(ignoreRefusal);
    const sound = file?.reader === reader && file.digest === sha256Hex(canonicalJson(file.imports));
    return new KnownImports(path, reader, sound ? file.imports : {});
  }

  /** What a source imports, as `read` finds it. */
  of(digest: string, read: () => readonly string[]): readonly string[] {
    return this.#asked[digest] ??= Object.hasOwn(this.#known, digest)
      ? this.#known[digest]!
      : [...read()];
  }

  /** Keeps what was asked for, and nothing else. */
  async save(): Promise<void> {
    const imports = this.#asked;
    if (Object.keys(imports).every((digest) => Object.hasOwn(this.#known, digest))) return;
    const file = { reader: this.#reader, imports, digest: sha256Hex(canonicalJson(imports)) };
    await writeWhole(this.#path, canonicalJson(file)).catch(ignoreRefusal);
  }
}

function ignoreRefusal(error: unknown): null {
  if (error instanceof InputError || error instanceof Deno.errors.NotCapable) return null;
  throw error;
}
