/**
 * The clock of a trace: one row a minute from a given second, read in UTC. Plain arithmetic on the
 * epoch, so that neither the machine's clock nor its zone can enter.
 *
 * @module
 */

/** Rows are this many seconds apart. */
export const ROW_SECONDS = 60;

const DAY_MINUTES = 1440;

/** What the clock shows at each row, in UTC. */
export interface TraceClock {
  /** Unix seconds. */
  readonly timestamp: Float64Array;
  /** Minute of the day, 0 to 1439. */
  readonly minute: Int32Array;
  /** Day of the week, Monday 0 to Sunday 6. */
  readonly weekday: Int32Array;
}

/**
 * The clock of `rows` rows from `start`.
 *
 * @param start Unix seconds of the first row.
 */
export function traceClock(rows: number, start: number): TraceClock {
  const timestamp = new Float64Array(rows);
  const minute = new Int32Array(rows);
  const weekday = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    timestamp[i] = start + ROW_SECONDS * i;
    const minutes = Math.floor(timestamp[i]! / ROW_SECONDS);
    minute[i] = minutes % DAY_MINUTES;
    weekday[i] = (Math.floor(minutes / DAY_MINUTES) + 3) % 7; // 1 January 1970 was a Thursday
  }
  return { timestamp, minute, weekday };
}
