/**
 * The question every baseline answers: the rows seen, and the columns asked for some rows later.
 *
 * @module
 */

/** A windowed forecast over a series. Windows are named by their first row. */
export interface ForecastTask {
  /** `[rows, columns]` f32, row-major, in original units. */
  readonly values: Float32Array;
  /** Columns of a row. */
  readonly columns: number;
  /** Rows a window sees. */
  readonly window: number;
  /** Rows from the last one seen to the one asked for, from 1. */
  readonly horizon: number;
  /** Positions of the columns asked for, in the order of the answers. */
  readonly targets: readonly number[];
}

/**
 * Checks that a task fits together and that its windows lie in its rows.
 *
 * @throws {RangeError} Naming what does not fit.
 */
export function checkTask(task: ForecastTask, starts: Int32Array): void {
  const { values, columns, window, horizon, targets } = task;
  const rows = values.length / columns;
  const fault = !Number.isSafeInteger(rows)
    ? `${values.length} values do not make rows of ${columns}`
    : !(Number.isSafeInteger(window) && window >= 1)
    ? `the window is ${window} rows`
    : !(Number.isSafeInteger(horizon) && horizon >= 1)
    ? `the horizon is ${horizon} rows`
    : targets.length === 0
    ? "there are no targets"
    : targets.some((target) => !(Number.isSafeInteger(target) && target >= 0 && target < columns))
    ? `the targets are columns ${targets.join(", ")} of ${columns}`
    : null;
  if (fault !== null) throw new RangeError(`Cannot forecast: ${fault}`);
  for (const start of starts) {
    if (start >= 0 && start + window - 1 + horizon < rows) continue;
    throw new RangeError(
      `Cannot forecast: the window that starts at row ${start} and its target, ` +
        `${window - 1 + horizon} rows on, do not lie within ${rows} rows`,
    );
  }
}
