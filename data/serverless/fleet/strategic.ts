/**
 * The strategic layer's problem: which provider runs a function, its region and memory as they are.
 *
 * @module
 */

import { MEMORY_TIERS_MB, PROVIDERS } from "../invocation_trace.ts";
import { type DecisionProblem, type Occasion, recentRate } from "./decisions.ts";
import { logScaled } from "./fleet.ts";
import { DAY_HOURS } from "./hours.ts";

/** The elements of the state: the document's ten features and four of the application. */
export const STRATEGIC_FEATURES = [
  "hour",
  "day_of_week",
  "is_weekend",
  "is_business_hours",
  "invocation_rate",
  "is_bursty",
  "avg_duration",
  "avg_cost",
  "avg_carbon",
  "memory_mb",
  "app_cold_start_rate",
  "app_sla_violation_rate",
  "app_avg_invocation_rate",
  "app_bursty",
] as const;

/** The trace begins on a Sunday; Monday is 0. */
const FIRST_WEEKDAY = 6, WEEKDAYS = 7, SATURDAY = 5;

/** An application is bursty where more than this share of its invocations follow in bursts. */
const BURSTY_SHARE = 0.2;

const MOST_MEMORY = MEMORY_TIERS_MB.at(-1)!;

/**
 * State 14, actions 3. Rates, costs and carbon are of the past, averages and the application's part
 * of the training split; everything lies in [0, 1.5].
 */
export const STRATEGIC: DecisionProblem = {
  name: "strategic",
  stateSize: STRATEGIC_FEATURES.length,
  actions: PROVIDERS.length,
  placement: (profile, provider) => ({
    provider,
    region: profile.homeRegion,
    memoryMb: profile.tracedMemoryMb,
  }),
  observe(occasion: Occasion, into: Float32Array, at: number): void {
    const { fleet, profile, past } = occasion;
    const { invocations, seconds } = fleet.largest;
    const clock = fleet.hours.hour[occasion.row]!;
    const hour = clock % DAY_HOURS;
    const weekday = (FIRST_WEEKDAY + Math.floor(clock / DAY_HOURS)) % WEEKDAYS;
    const recent = recentRate(occasion);
    const app = fleet.applications[profile.appIndex]!;
    into[at] = hour / DAY_HOURS;
    into[at + 1] = weekday / WEEKDAYS;
    into[at + 2] = weekday >= SATURDAY ? 1 : 0;
    into[at + 3] = hour >= 9 && hour <= 17 ? 1 : 0;
    into[at + 4] = logScaled(recent.hourly, invocations);
    into[at + 5] = recent.burstShare;
    into[at + 6] = logScaled(1000 * profile.meanSeconds, 1000 * seconds);
    into[at + 7] = past.cost;
    into[at + 8] = past.carbon;
    into[at + 9] = profile.tracedMemoryMb / MOST_MEMORY;
    into[at + 10] = app.coldStarts;
    into[at + 11] = app.violations;
    into[at + 12] = logScaled(app.hourly, invocations);
    into[at + 13] = app.burstShare > BURSTY_SHARE ? 1 : 0;
  },
};
