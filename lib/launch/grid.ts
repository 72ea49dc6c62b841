/**
 * The grid of a sweep: from `KEY=a,b,c` texts to every combination of the values, each a cell.
 *
 * @module
 */

import type { Experiment } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { type AxisText, axisText, combinations, keyOf, refuseUnfitKeys } from "./axis_text.ts";
import { type Axis, CellMaker, type CellsRequest, type Grid, type GridCell } from "./cells.ts";

/** More cells than this are a slip of the pen, or meant: whoever asks for them says so. */
export const MANY_CELLS = 4096;

/** What a grid is made from. */
export interface GridRequest extends CellsRequest {
  /** More than {@linkcode MANY_CELLS} are meant. */
  readonly many?: boolean;
}

/**
 * Resolves the configuration of every cell of a grid. The last key's value changes first.
 *
 * @throws {InputError} When there is no grid or one too large, a key is unknown, given twice or set as
 * well, a value is missing or not allowed, two cells are the same, or an input file cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { experiment, z } from "../../mod.ts";
 *
 * const demo = experiment({
 *   name: "demo",
 *   title: "Demo",
 *   config: z.object({ rate: z.number().default(1), sizes: z.array(z.number()).default([8]) }),
 *   profiles: { quick: {}, full: {} },
 *   seeds: { quick: 1, full: 1 },
 *   targets: [],
 *   claims: [],
 *   run: () => Promise.resolve({ metrics: {} }),
 * });
 * const grid = ["rate=1,2", "sizes=[4,2],8"];
 * const { cells } = await gridOf(demo, { profile: "quick", grid, set: [], folder: "/" });
 * assertEquals(cells.map(({ values }) => values), [
 *   { rate: 1, sizes: [4, 2] },
 *   { rate: 1, sizes: [8] },
 *   { rate: 2, sizes: [4, 2] },
 *   { rate: 2, sizes: [8] },
 * ]);
 * ```
 */
export async function gridOf(experiment: Experiment, request: GridRequest): Promise<Grid> {
  const texts = request.grid.map((text) => axisText(text));
  const fixed = request.set.map(keyOf);
  const keys = texts.map(({ key }) => key);
  refuseUnfitKeys(experiment, texts, Object.fromEntries(fixed.map((key) => [key, "--set"])));
  refuseUncountable(experiment, texts, request.many ?? false);
  const maker = new CellMaker(experiment, request, keys);
  const cells: GridCell[] = [];
  for (const chosen of product(texts)) {
    const { cell, same } = await maker.make(chosen);
    if (same !== null) {
      throw new InputError(
        `Cannot sweep over ${keys.join(" and ")} of experiment "${experiment.name}": the cells ` +
          `${same} and ${chosen.join(", ")} are the same. Give each value once.`,
      );
    }
    cells.push(cell);
  }
  return { axes: axesOf(texts, cells), set: await maker.fixed(fixed), cells, drawn: null };
}

function refuseUncountable(
  { name }: Experiment,
  axes: readonly AxisText[],
  many: boolean,
): void {
  const open = axes.find(({ range }) => range !== null);
  const size = combinations(axes);
  const reason = open !== undefined
    ? `--grid gives the key "${open.key}" a range, which holds no end of values. Give values, such as ` +
      `--grid ${open.key}=${open.range!.low},${
        open.range!.high
      }, or draw cells from it: --random 20`
    : size > MANY_CELLS && !many
    ? `the grid has ${size} cells (${
      axes.map(({ values }) => values.length).join(" × ")
    }). Leave values or keys out, draw some of the cells, such as --random 100, or give --yes to make them all`
    : null;
  if (reason !== null) throw new InputError(`Cannot sweep experiment "${name}": ${reason}.`);
}

/** Every choice of one `KEY=VALUE` a key; the last key's changes first. */
function* product([axis, ...others]: readonly AxisText[]): Generator<string[]> {
  if (axis === undefined) return yield [];
  for (const value of axis.values) {
    for (const rest of product(others)) yield [`${axis.key}=${value}`, ...rest];
  }
}

/** The axes as the schema reads their values. */
function axesOf(texts: readonly AxisText[], cells: readonly GridCell[]): Axis[] {
  let step = cells.length;
  return texts.map(({ key, values }) => {
    step /= values.length;
    return { key, values: values.map((_, i) => cells[i * step]!.values[key]) };
  });
}
