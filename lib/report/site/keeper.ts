/**
 * Keeps the documents that stand behind a site's pages, from the same reading as the pages: what a page embeds and
 * the file beside it are one.
 *
 * @module
 */

import { join } from "@std/path";
import { sha256Hex } from "../../numeric/digest.ts";
import { writeJson } from "../../run/files.ts";
import type { Sweep } from "../../run/sweep_schema.ts";
import type { SiteKeeper } from "../destination.ts";
import { pageDocuments, type PageInput, type PageRun } from "../page.ts";
import type { Skipped } from "../read_report.ts";
import { recheck } from "../recheck/recheck.ts";
import { documentDigest } from "../sections/check.ts";

/** Writes the documents under a folder. */
export class DocumentKeeper implements SiteKeeper {
  /** Paths of what was written, relative to the folder. */
  readonly written: string[] = [];

  constructor(readonly built: string, readonly skipped: Skipped) {}

  /** A summary that is not what its runs come to would be found out by the button of its own page. */
  async report(folder: string, input: PageInput): Promise<boolean> {
    const carried = pageDocuments(input)
      .map((document) => ({ ...document, sha256: documentDigest(document) }));
    const { checks } = await recheck(carried, (text) => Promise.resolve(sha256Hex(text)));
    const wrong = checks.find(({ same }) => !same);
    if (wrong === undefined) {
      await this.#write(`${folder}/summary.json`, input.summary);
      return true;
    }
    const { kind, about, stated, found } = wrong;
    this.skipped(
      `No page for ${folder}: its summary.json is not what its runs come to (${kind} ${about}: ${stated}, ` +
        `but the runs give ${found}). Give the command of the experiment again: its runs are kept, and the ` +
        `summary is made of them.`,
    );
    return false;
  }

  async run(folder: string, { result, manifest, figures }: PageRun): Promise<void> {
    await this.#write(`${folder}/result.json`, result);
    await this.#write(`${folder}/manifest.json`, manifest);
    for (const figure of figures) {
      await this.#write(`${folder}/figures/${figure.name}.vl.json`, figure);
    }
  }

  async sweep(folder: string, sweep: Sweep): Promise<void> {
    await this.#write(`${folder}/sweep.json`, sweep);
  }

  async #write(path: string, value: unknown): Promise<void> {
    await writeJson(join(this.built, path), value);
    this.written.push(path);
  }
}
