/**
 * Sweeps that stand in the reports folder and asked the same of other code, or of another device: which of their
 * cells are stale, being made of runs that nobody would get now.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device } from "../device/device.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { readJson } from "../run/files.ts";
import { type CodeIdentity, identify, runId } from "../run/identity.ts";
import { foldersIn } from "../run/index/tree.ts";
import { manifestSchema } from "../run/schema.ts";
import { type Sweep, sweepSchema } from "../run/sweep_schema.ts";
import type { GridCell } from "./cells.ts";
import type { PlannedHalving } from "./halving.ts";
import type { SweepAsked } from "./sweep_summary.ts";

/** Changed modules that are named before the rest is counted. */
const NAMED = 3;

/** An earlier sweep with cells that are stale. */
export interface StaleSweep {
  readonly sweepId: string;
  /** Places of the cells in it, ascending. */
  readonly cells: readonly number[];
  readonly of: number;
  /** Modules that are not what they were, as far as that is known. */
  readonly changed: readonly string[];
}

/**
 * The earlier sweeps over the same cells and seeds whose runs are not those that would be made now.
 *
 * @param reports The reports folder.
 */
export async function staleSweeps(
  reports: string,
  asked: Omit<SweepAsked, "device"> & {
    readonly device: Pick<Device, "backend" | "numerics" | "promise">;
  },
  halving: PlannedHalving | null,
  code: CodeIdentity,
): Promise<StaleSweep[]> {
  const { experiment, profile, grid, seeds } = asked;
  const folder = join(reports, experiment.name, "sweeps");
  const cells = halving?.rounds[0]?.cells ?? grid.cells;
  let now: Set<string> | undefined;
  const found: StaleSweep[] = [];
  for (const name of foldersIn(folder)) {
    const sweep = await readable(join(folder, name, "sweep.json"), sweepSchema);
    if (sweep === null || !sameQuestion(sweep, asked, halving)) continue;
    now ??= new Set(
      await Promise.all(cells.flatMap((cell) => seeds.map((seed) => idOf(cell, seed)))),
    );
    const runs = sweep.halving?.rounds[0]?.cells.map(({ runs }) => runs) ??
      sweep.cells.map(({ runs }) => runs);
    const stale = [...runs.keys()].filter((i) => runs[i]!.some(({ runId }) => !now!.has(runId)));
    if (stale.length === 0) continue;
    const { runId } = runs[stale[0]!]![0]!;
    const path = join(reports, experiment.name, profile, runId, "manifest.json");
    const then = (await readable(path, manifestSchema))?.identity.modules;
    const changed = then === undefined ? [] : Object.keys({ ...then, ...code.modules })
      .filter((module) => then[module] !== code.modules[module]).sort();
    found.push({ sweepId: sweep.sweepId, cells: stale, of: sweep.cells.length, changed });
  }
  return found;

  async function idOf({ config }: GridCell, seed: number): Promise<string> {
    return runId(await identify({ experiment, config, seed, code, device: asked.device }));
  }
}

/** What to say of it. */
export function staleText({ sweepId, cells, of, changed }: StaleSweep): string {
  const names = changed.slice(0, NAMED).join(", ");
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : "";
  const why = changed.length > 0
    ? `since it was made, ${names}${more} changed`
    : "it was made with other packages or on a device that computes otherwise";
  const which = cells.length === of
    ? `all its ${of} cells are stale`
    : cells.length === 1
    ? `cell ${cells[0]! + 1} of its ${of} is stale`
    : `cells ${cells.map((cell) => cell + 1).join(", ")} of its ${of} are stale`;
  return `Sweep ${sweepId} asked the same, but ${which}: ${why}. What is stale is made again, for a sweep of ` +
    `its own; that one stays as it is.`;
}

/** Whether a sweep is over these cells and seeds. */
function sameQuestion(
  { profile, seeds, set, cells, halving }: Sweep,
  asked: Pick<SweepAsked, "profile" | "grid" | "seeds">,
  planned: PlannedHalving | null,
): boolean {
  const sorted = (values: readonly unknown[]) => values.map((value) => canonicalJson(value)).sort();
  const question = (
    ...[profile, seeds, set, cells, budgets]: [
      string,
      readonly number[],
      unknown,
      readonly unknown[],
      unknown,
    ]
  ) => canonicalJson([profile, sorted(seeds), set, sorted(cells), budgets]);
  return question(
    profile,
    seeds,
    set,
    cells.map(({ values }) => values),
    halving ? [halving.key, halving.budgets] : null,
  ) ===
    question(
      asked.profile,
      asked.seeds,
      asked.grid.set,
      asked.grid.cells.map(({ values }) => values),
      planned && [planned.key, planned.rounds.map(({ budget }) => budget)],
    );
}

/** A file's content; `null` where it is missing or not as it should be: others tell of that. */
async function readable<Schema extends Parameters<typeof readJson>[1]>(
  path: string,
  schema: Schema,
) {
  return await readJson(path, schema).catch((error) => {
    if (error instanceof InputError) return null;
    throw error;
  });
}
