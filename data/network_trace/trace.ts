/**
 * What a trace is, for those who make it and those who compute its ceiling.
 *
 * @module
 */

import type { Table } from "assay";
import type { TraceColumns } from "./columns.ts";
import type { HiddenStates } from "./dynamic.ts";

/** The named traces. */
export type TracePreset = "v1" | "lownoise" | "v2";

/** A trace: a table of the 22 columns, and what the ceiling needs to know of its making. */
export interface NetworkTrace extends Table<TraceColumns> {
  readonly preset: TracePreset;
  /** Unix seconds of the first row. */
  readonly start: number;
  /** For the ceiling only: nothing here may reach a model. */
  readonly hidden:
    | { readonly kind: "documented"; readonly noise: number }
    | { readonly kind: "dynamic"; readonly states: HiddenStates };
}
