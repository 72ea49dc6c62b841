import { assertEquals } from "@std/assert";
import { listExperiments } from "../../lib/experiment/registry.ts";
import { experimentsFolder } from "../../lib/cli/streams.ts";

Deno.test("every experiment has its file here", async () => {
  const files = Array.fromAsync(Deno.readDir(import.meta.dirname!), ({ name }) => name);
  const wanted = (await listExperiments(experimentsFolder))
    .map(({ experiment }) => `${experiment.name.replaceAll("-", "_")}_test.ts`);
  const others = ["every_experiment_test.ts", "judged.ts"];
  assertEquals((await files).sort(), [...wanted, ...others].sort());
});
