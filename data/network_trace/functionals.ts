/**
 * The functionals of a predictive distribution, each the best answer to one kind of error, and how
 * to read them off a distribution that is known on a grid.
 *
 * @module
 */

/** The best single numbers to forecast a random value `y` by. */
export interface Functionals {
  /** Mean: least squared error, so best for RMSE, R² and skill, and the highest correlation. */
  readonly mean: number;
  /** Median: least absolute error (MAE). */
  readonly median: number;
  /** Median under the weight 1 / max(y, 1e-8): least absolute percentage error (MAPE). */
  readonly relativeMedian: number;
}

/**
 * A distribution on a grid: `masses[0]` and the last mass sit on the grid's ends, as a clip leaves
 * them; `masses[k]` between is spread evenly from point `k - 1` to point `k`.
 */
export interface GridDistribution {
  /** Ascending points. */
  readonly grid: Float64Array;
  /** `[points + 1]`, adding up to 1. */
  readonly masses: Float64Array;
}

/** Smallest denominator of a relative error, as in `lib/metrics`. */
const TINY = 1e-8;

/** Puts a distribution function P(value ≤ y) on a grid. */
export function gridDistribution(
  grid: Float64Array,
  cdf: (y: number) => number,
): GridDistribution {
  const masses = new Float64Array(grid.length + 1);
  let below = 0;
  for (let k = 0; k < grid.length; k++) {
    const value = cdf(grid[k]!);
    masses[k] = value - below;
    below = value;
  }
  masses[grid.length] = 1 - below;
  return { grid, masses };
}

/** The points in whose place {@linkcode GridDistribution} masses may stand: ends and middles. */
export function gridPoints({ grid }: GridDistribution): Float64Array {
  const points = new Float64Array(grid.length + 1);
  points[0] = grid[0]!;
  for (let k = 1; k < grid.length; k++) points[k] = (grid[k - 1]! + grid[k]!) / 2;
  points[grid.length] = grid[grid.length - 1]!;
  return points;
}

/** Median and relative median. */
export function gridMedians(
  distribution: GridDistribution,
): Pick<Functionals, "median" | "relativeMedian"> {
  const { grid, masses } = distribution;
  const points = gridPoints(distribution);
  return {
    median: half(grid, masses),
    relativeMedian: half(grid, masses.map((mass, k) => mass / Math.max(points[k]!, TINY))),
  };
}

/** The point that has half the mass on either side. */
function half(grid: Float64Array, masses: Float64Array): number {
  const last = grid.length - 1;
  let total = 0;
  for (const mass of masses) total += mass;
  let rest = total / 2;
  for (let k = 0; k <= last; k++) {
    const mass = masses[k]!;
    if (rest > mass) rest -= mass;
    else if (k === 0) return grid[0]!;
    else return grid[k - 1]! + (grid[k]! - grid[k - 1]!) * (rest / mass);
  }
  return grid[last]!;
}
