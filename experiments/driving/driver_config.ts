/**
 * Settings that drivers from pixels have in common.
 */

import { z } from "assay";

/** What they see, and with what networks and minibatches they learn. */
export const driverConfig = {
  encoder: z.enum(["mini42", "nature84"]).default("mini42").describe("of frames"),
  mode: z.enum(["vision", "full"]).default("vision")
    .describe("what is seen beside frames: the speed alone, or the road in numbers too"),
  hidden: z.array(z.number().int().min(1)).min(1).default([256, 256])
    .describe("units of the hidden layers of actor and critics"),
  batch: z.number().int().min(1).default(64).describe("transitions of a minibatch"),
  alerts: z.enum(["relative", "document"]).default("relative")
    .describe("from where on a gradient is alarming: for its kind, or as the document has it"),
};
