/**
 * What can be earned from a reward that is given for rows of a table, as the document's are.
 *
 * @module
 */

/** The table and the choices of a policy that draws. */
export interface RewardTable {
  readonly count: number;
  readonly actions: number;
  /** An action for every row, drawn at random, `[count]`. */
  readonly drawn: ArrayLike<number>;
}

/** Mean rewards over the rows. */
export interface TableRewards {
  readonly random: number;
  /** Each action always. */
  readonly constants: readonly number[];
  /** The best action of every row: no policy earns more. */
  readonly best: number;
}

/**
 * Mean rewards of policies that learn nothing, and the most that any could earn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const table = { count: 2, actions: 2, drawn: [0, 1] };
 * const rewards = documentRewards(table, (i) => i, (row, action) => row === action ? 1 : 0);
 * assertEquals(rewards, { random: 1, constants: [0.5, 0.5], best: 1 });
 * ```
 */
export function documentRewards<Row>(
  { count, actions, drawn }: RewardTable,
  rowAt: (i: number) => Row,
  reward: (row: Row, action: number) => number,
): TableRewards {
  const sums = new Float64Array(actions);
  let random = 0, best = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(i);
    let most = -Infinity;
    for (let action = 0; action < actions; action++) {
      const earned = reward(row, action);
      sums[action]! += earned;
      most = Math.max(most, earned);
      if (action === drawn[i]) random += earned;
    }
    best += most;
  }
  return {
    random: random / count,
    constants: Array.from(sums, (sum) => sum / count),
    best: best / count,
  };
}
