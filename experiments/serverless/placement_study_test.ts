import { assertEquals } from "@std/assert";
import { dense, initializers, openDevice, rootKey, tfl } from "assay";
import { evaluate } from "../../data/serverless/fleet/evaluation.ts";
import { handTrace } from "../../data/serverless/fleet/testing.ts";
import { fleetOf } from "../../data/serverless/fleet/fleet.ts";
import { TACTICAL } from "../../data/serverless/fleet/tactical.ts";
import { placementPolicy } from "./placement_study.ts";

// The second function is not invoked in the training part, which is the first hour.
const trace = handTrace(
  [{}, {}],
  [[0, 10, 1], [0, 7300, 1], [1, 7400, 1]],
);
const fleet = fleetOf(trace, { trainHours: 1, validationHours: 2 });

Deno.test("`placementPolicy()` asks the network about functions of the training part alone", async () => {
  await openDevice({ backend: "wasm" });
  const input = tfl.input({ shape: [TACTICAL.stateSize] });
  const head = dense({
    units: TACTICAL.actions,
    activation: "linear",
    key: rootKey(1),
    name: "head",
    // The same scores in every state, the last the highest.
    init: {
      kernel: initializers.constant(0),
      bias: initializers.fromValues(([units]) => Array.from({ length: units! }, (_, i) => i)),
    },
  });
  const network = tfl.model({ inputs: input, outputs: head.apply(input) as tfl.SymbolicTensor });
  const policy = placementPolicy(fleet, network, 4);
  const { chosen } = await evaluate(fleet, TACTICAL, "test", policy);
  const taken = chosen.flatMap((count, action) => count > 0 ? [[action, count]] : []);
  assertEquals(taken, [[4, 1], [23, 1]]);
  network.dispose();
});
