import { assertEquals } from "@std/assert";
import { closeDevice, openDevice, rootKey } from "assay";
import { operationalNetwork } from "./operational_network.ts";

Deno.test("`operationalNetwork()` has the document's 120,963 parameters", async () => {
  await openDevice({ backend: "wasm" });
  const model = operationalNetwork(rootKey(1), {
    window: 12,
    features: 5,
    targets: 3,
    lstm: [128, 64],
    dense: 32,
    dropout: 0.2,
    output: "relu",
  });
  assertEquals(model.countParams(), 120_963);
  model.dispose();
  await closeDevice();
});
