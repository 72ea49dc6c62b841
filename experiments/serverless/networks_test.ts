import { assertEquals } from "@std/assert";
import { closeDevice, openDevice, rootKey, tf, type tfl } from "assay";
import { strategicNetwork, tacticalNetwork } from "./networks.ts";

const key = rootKey(1);

function parameters({ layers }: tfl.LayersModel): Record<string, number> {
  return Object.fromEntries(
    layers.map((layer) => [layer.name, layer.countParams()] as const).filter(([, n]) => n > 0),
  );
}

const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((total, n) => total + n, 0);

Deno.test("`strategicNetwork()` has the document's 22,179 parameters", async () => {
  await openDevice({ backend: "wasm" });
  const network = strategicNetwork(key);
  const counts = parameters(network);
  assertEquals(sum(counts), 22_179);
  assertEquals(counts["joined-dense"], 12_416);
  assertEquals((network.predict(tf.zeros([5, 14])) as tf.Tensor).shape, [5, 3]);
  network.dispose();
});

Deno.test("`tacticalNetwork()` has the document's 36,825 parameters", async () => {
  await openDevice({ backend: "wasm" });
  const network = tacticalNetwork(key, 1);
  const counts = parameters(network);
  assertEquals(sum(counts), 36_825);
  const of = (...parts: string[]) =>
    sum(
      Object.fromEntries(
        Object.entries(counts).filter(([name]) => parts.some((part) => name.startsWith(part))),
      ),
    );
  assertEquals([of("shared"), of("actor", "logits"), of("critic", "value")], [
    1_792,
    26_584,
    8_449,
  ]);
  const outputs = network.predict(tf.zeros([5, 11])) as tf.Tensor[];
  assertEquals(outputs.map(({ shape }) => shape), [[5, 24], [5, 1]]);
  network.dispose();
  await closeDevice();
});
