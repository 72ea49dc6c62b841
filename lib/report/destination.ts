/**
 * Where pages go, and who wants to know what they were made from.
 *
 * @module
 */

import type { Sweep } from "../run/sweep_schema.ts";
import type { PageInput, PageRun } from "./page.ts";

/** Where pages go. */
export interface Destination {
  /** Folder that paths are relative to. */
  readonly into: string;
  /** Where the pages are a site's. */
  readonly site?: SiteKeeper;
}

/** Keeps what the pages of a site were made from, by their folders. */
export interface SiteKeeper {
  /** A report, unless it does not follow from its runs: then `false`, and it is left out. */
  report(folder: string, input: PageInput): Promise<boolean>;
  /** A run. */
  run(folder: string, run: PageRun): Promise<void>;
  /** A sweep. */
  sweep(folder: string, sweep: Sweep): Promise<void>;
}
