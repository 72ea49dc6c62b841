/**
 * The strategic layer: a DQN that chooses a provider for every function, and was said to have learned it.
 *
 * First the document's reward, in which the choice does not enter: what any policy earns there. Then the task as it
 * was meant, on a fleet where the provider decides what an hour costs, how long it takes and what it emits, every
 * figure beside policies that learn nothing.
 */

import {
  atLeast,
  claim,
  type ConfigOf,
  emptyStudy,
  epsilon,
  experiment,
  integers,
  metric,
  target,
  within,
  z,
} from "assay";
import { documentStrategicReward } from "../../data/serverless/fleet/documented.ts";
import { documentedRows } from "../../data/serverless/fleet/documented_rows.ts";
import { STRATEGIC } from "../../data/serverless/fleet/strategic.ts";
import { PROVIDERS } from "../../data/serverless/invocation_trace.ts";
import { documentRewards } from "./document_rewards.ts";
import { splitFleet } from "./fleet.ts";
import { providersFigure } from "./placement_figures.ts";
import { scorePlacement } from "./placement_scores.ts";
import { strategicConfig, trainStrategic } from "./placement_study.ts";
import { loadTrace, traceConfig } from "./trace.ts";

const config = z.object({ ...traceConfig, ...strategicConfig });

const synthetic = ({ trace }: ConfigOf<typeof config>) => trace === "";

const document = "claims/000, the strategic layer of a three-layer serverless system";

export default experiment({
  name: "serverless-strategic",
  title: "A provider for every function, hour by hour",
  source: document,
  summary:
    "A DQN was to choose among three clouds, and its validation reward of 0.97 was taken for success. In its " +
    "reward the choice does not occur: any policy earns the average of the data, which is 0.97 before anything " +
    "is learned. Here the same network chooses on a simulated fleet where prices, cold starts and keep-alive " +
    "follow from the choice. It recovers more than half of what separates the best single provider from an " +
    "oracle that sees the hour to come; a table of what was best for each function in the training part " +
    "recovers about as much, and needs no network.",
  config,
  profiles: {
    quick: { invocations: 1_000_000, dqnUpdates: 5000, dqnDecay: 2000, dqnEvery: 500 },
    full: {},
  },
  seeds: { quick: 3, full: 5 },
  targets: [
    target("test/gap/recovered", atLeast(0.5), {
      because:
        "a policy that has learned to tell functions apart makes up at least half of what the " +
        "best provider for all of them leaves to an oracle",
      when: synthetic,
    }),
  ],
  claims: [
    claim("document/reward/learned", atLeast(0.01), {
      says: "DQN: best validation reward 0.9708, stable convergence",
      source:
        "Phase 2 of its project, After Successful Fix; what its reward can teach: best provider over random",
      expect: "refuted",
      when: synthetic,
    }),
    claim("document/reward/mean", within(0.9548, 0.9868), {
      says: "validation reward 0.9708, give or take what 2,000 rows can tell (0.016)",
      source: "Phase 2 of its project; here earned by random choice",
      expect: "reproduced",
      profile: "full",
      when: synthetic,
    }),
    claim("document/parameters", within(22_179, 22_179), {
      says: "the network has 22,179 parameters",
      source: "its architecture",
      expect: "reproduced",
    }),
    claim("document/epsilon", within(0.37645, 0.37655), {
      says: "ε is 0.3765 after the first episode",
      source: "its training log, 9,937 updates in",
      expect: "reproduced",
    }),
  ],

  async run(ctx) {
    const study = emptyStudy();
    const { metrics } = study;
    const trace = await loadTrace(ctx);

    // As documented: the reward of a row, whatever is chosen.
    const rows = documentedRows(trace, ctx.key("documented"));
    const drawn = integers(ctx.key("documented/random"), rows.count, 0, PROVIDERS.length);
    const { random, constants, best } = documentRewards(
      { count: rows.count, actions: PROVIDERS.length, drawn },
      rows.strategic,
      documentStrategicReward,
    );
    metrics["document/reward/mean"] = metric(random, "higher");
    metrics["document/reward/spread"] = metric(
      Math.max(...constants) - Math.min(...constants),
      "higher",
    );
    metrics["document/reward/learned"] = metric(best - random, "higher");
    metrics["document/epsilon"] = metric(epsilon(9937), "lower");

    // As it was meant: chosen, served, paid.
    const fleet = splitFleet(trace);
    const trained = await trainStrategic(ctx, fleet);
    metrics["document/parameters"] = metric(trained.network.countParams(), "lower");
    const nameOf = (action: number) => PROVIDERS[action]!;
    const choices = await scorePlacement(ctx, study, fleet, STRATEGIC, trained, nameOf);
    trained.dispose();
    study.figures.push(providersFigure(choices));
    return study;
  },
});
