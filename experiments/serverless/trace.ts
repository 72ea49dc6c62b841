/**
 * The invocations that all layers learn from: generated, or a user's own.
 *
 * @module
 */

import { type Context, inputFile, z } from "assay";
import { invocationTrace } from "../../data/serverless/generate.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { readTrace } from "../../data/serverless/read_trace.ts";

/** The part of a configuration that says which. */
export const traceConfig = {
  trace: inputFile("a CSV file of invocations to use instead of the synthetic ones"),
  days: z.number().int().min(1).max(365).default(14).describe("days of the synthetic trace"),
  invocations: z.number().int().min(1000).max(10_000_000).default(1_807_067)
    .describe("invocations of the synthetic trace, as many as the document keeps"),
};

type TraceConfig = z.output<z.ZodObject<typeof traceConfig>>;

/** Reads or generates the trace, and adds it to the run's data. */
export async function loadTrace<Config extends TraceConfig>(
  ctx: Context<Config>,
): Promise<InvocationTrace> {
  const { trace: file, days, invocations } = ctx.config;
  const trace = file === ""
    ? invocationTrace(ctx.key("trace"), { days, invocations })
    : await ownTrace(ctx, file);
  const { functionIndex, endSeconds, durationSeconds } = trace;
  ctx.digestData("trace", { functionIndex, endSeconds, durationSeconds });
  return trace;
}

async function ownTrace<Config>(ctx: Context<Config>, file: string): Promise<InvocationTrace> {
  const { trace, cleaning } = await readTrace(file);
  const { rows, zeroDurations, negativeDurations, duplicates, backwards } = cleaning;
  ctx.note(
    `of ${rows} rows ${zeroDurations + negativeDurations} without a positive duration and ` +
      `${duplicates} duplicates were dropped, ${backwards} that went back in time were sorted`,
  );
  return trace;
}
