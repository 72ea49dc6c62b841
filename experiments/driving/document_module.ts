/**
 * The document's module test: the numbers that it prints, beside those that the same test has to print.
 */

import { claim, type Context, metric, type Study, within } from "assay";
import { inspectEncoder } from "./encoder_check.ts";

const SOURCE = "Step 2, Expected Output";

/** Images and features of its output. */
const IMAGES = 32, FEATURES = 512;

/** What it prints of them. */
const PRINTED = { inputNorm: 327.68, norm: 45.23, mean: 1.2345, sd: 8.4567 };

/** Its norm without normalisation, at step 0. */
const PRINTED_PLAIN = 14_235_678_912;

/** Shows its encoder noise, with LayerNorm and without. */
export async function scoreModule<Config>(ctx: Context<Config>, { metrics }: Study): Promise<void> {
  const key = ctx.key("module");
  const found = await inspectEncoder("nature84", true, key);
  const plain = await inspectEncoder("nature84", false, key);
  metrics["module/input-norm"] = metric(found.inputNorm, "lower");
  metrics["module/norm"] = metric(found.batchNorm, "lower");
  metrics["module/norm/sample"] = metric(found.norm, "lower");
  metrics["module/mean"] = metric(found.mean, "lower");
  metrics["module/sd"] = metric(found.sd, "lower");
  metrics["module/plain/norm"] = metric(plain.batchNorm, "lower");
  metrics["module/plain/norm/sample"] = metric(plain.norm, "lower");
  const square = PRINTED.mean * PRINTED.mean + PRINTED.sd * PRINTED.sd;
  metrics["module/norm/implied"] = metric(Math.sqrt(IMAGES * FEATURES * square), "lower");
}

/** A number as it is printed, give or take its last digit. */
function printed(value: number, digits: number) {
  const half = 0.5 / 10 ** digits;
  const rounded = (bound: number) => Number(bound.toFixed(digits + 1));
  return within(rounded(value - half), rounded(value + half));
}

/** What it says of them. */
export const moduleClaims = [
  claim("module/norm", within(10, 100), {
    says: "output L2 norm 10 to 100 (of 32 images at once: 16 of each)",
    source: SOURCE,
    expect: "reproduced",
  }),
  claim("module/norm", printed(PRINTED.norm, 2), {
    says: "output L2 norm: 45.23",
    source: SOURCE,
    expect: "refuted",
  }),
  claim("module/sd", printed(PRINTED.sd, 4), {
    says: "standard deviation of the output: 8.4567",
    source: SOURCE,
    expect: "refuted",
  }),
  claim("module/mean", printed(PRINTED.mean, 4), {
    says: "mean of the output: 1.2345",
    source: SOURCE,
    expect: "refuted",
  }),
  claim("module/norm/implied", printed(PRINTED.norm, 2), {
    says: "output L2 norm 45.23, mean 1.2345 and deviation 8.4567 at once (the last two make it)",
    source: SOURCE,
    expect: "refuted",
  }),
  claim("module/input-norm", printed(PRINTED.inputNorm, 2), {
    says: "input L2 norm of 32 × 4 × 84 × 84 standard normal numbers: 327.68",
    source: SOURCE,
    expect: "refuted",
  }),
  claim("module/plain/norm", within(PRINTED_PLAIN / 10, PRINTED_PLAIN * 10), {
    says: "without normalisation L2 norm 14,235,678,912 at step 0 (within a factor of ten)",
    source: "Step 3, Compare with Previous",
    expect: "refuted",
  }),
];
