/**
 * Both placement decisions as one, for references that look at no state.
 *
 * @module
 */

import { PROVIDERS } from "../invocation_trace.ts";
import type { DecisionProblem } from "./decisions.ts";
import { TACTICAL, tacticalPlacement } from "./tactical.ts";

/**
 * Actions 72: provider · 24 + region · 6 + memory tier.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fleetOf } from "./fleet.ts";
 * import { handTrace } from "./testing.ts";
 *
 * const fleet = fleetOf(handTrace([{}], [[0, 10, 1]]), { trainHours: 1, validationHours: 1 });
 * const placement = ANYWHERE.placement(fleet.profiles[0]!, 71);
 * assertEquals(placement, { provider: 2, region: 3, memoryMb: 3008 });
 * ```
 */
export const ANYWHERE: DecisionProblem = {
  name: "anywhere",
  stateSize: 0,
  actions: PROVIDERS.length * TACTICAL.actions,
  placement: (_, action) =>
    tacticalPlacement(Math.floor(action / TACTICAL.actions), action % TACTICAL.actions),
  observe() {},
};
