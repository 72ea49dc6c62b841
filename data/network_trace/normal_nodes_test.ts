import { assertAlmostEquals } from "@std/assert";
import { NORMAL_NODES } from "./normal_nodes.ts";

Deno.test("`NORMAL_NODES` has the normal distribution's moments up to the 13th", () => {
  const moments = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10_395, 0];
  moments.forEach((moment, power) => {
    const sum = NORMAL_NODES.reduce((sum, { node, weight }) => sum + weight * node ** power, 0);
    assertAlmostEquals(sum / Math.max(1, moment), moment === 0 ? 0 : 1, 1e-11, `moment ${power}`);
  });
});
