/**
 * The JSON of a site, `api/*.json`: what it says of experiments, claims, runs and sweeps, for programs. Paths are
 * relative to the site's folder. README.md beside this file has the shapes in words.
 *
 * @module
 */

import { z } from "zod";
import { boundSchema, contractSchema, digestsSchema, intervalSchema } from "../../run/schema.ts";

const path = z.string();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const verdict = z.enum(["pass", "fail"]);
const targetVerdict = z.enum(["pass", "fail", "not enough evidence"]);
const claimVerdict = z.enum(["reproduced", "refuted", "not testable"]);

const sweepSchema = z.strictObject({
  experiment: z.string(),
  title: z.string(),
  profile: z.string(),
  sweepId: z.string(),
  /** The keys swept over, with their values. */
  axes: z.array(z.strictObject({ key: z.string(), values: z.array(z.unknown()) })),
  seeds: z.array(z.number().int()),
  cells: z.number().int(),
  /** Cells of which every run is complete. */
  complete: z.number().int(),
  /** Cells that meet all targets. */
  met: z.number().int(),
  page: path,
  /** `sweep.json`. */
  document: path,
  sha256,
});

/** `api/index.json`: every report with what its verdict follows from. */
export const indexSchema = z.strictObject({
  schema: z.literal("assay/site-index@1"),
  reports: z.array(z.strictObject({
    experiment: z.string(),
    title: z.string(),
    profile: z.string(),
    verdict,
    targets: z.array(z.strictObject({ metric: z.string(), verdict: targetVerdict })),
    claims: z.array(
      z.strictObject({ metric: z.string(), verdict: claimVerdict, expected: claimVerdict }),
    ),
    seeds: z.array(z.number().int()),
    /** Start of the first run, ISO 8601, UTC; `null` where that is not known. */
    startedAt: z.string().nullable(),
    page: path,
    /** `summary.json`. */
    document: path,
    sha256,
  })),
  sweeps: z.array(sweepSchema),
});

/** `api/experiments.json`. */
export const experimentsSchema = z.strictObject({
  schema: z.literal("assay/site-experiments@1"),
  experiments: z.array(z.strictObject({
    name: z.string(),
    title: z.string(),
    /** The document on trial. */
    source: z.string().nullable(),
    about: z.string().nullable(),
    profiles: z.array(z.strictObject({
      profile: z.string(),
      verdict,
      targetsMet: z.number().int(),
      targets: z.number().int(),
      claims: z.strictObject({
        "reproduced": z.number().int(),
        "refuted": z.number().int(),
        "not testable": z.number().int(),
      }),
      runs: z.number().int(),
      page: path,
    })),
    sweeps: z.array(z.strictObject({ sweepId: z.string(), page: path })),
  })),
});

/** `api/claims.json`: the statements of all documents, with verdict and evidence. */
export const claimsSchema = z.strictObject({
  schema: z.literal("assay/site-claims@1"),
  claims: z.array(z.strictObject({
    says: z.string(),
    /** Where it stands in the document. */
    source: z.string(),
    /** The document; `null` where the experiment names none. */
    document: z.string().nullable(),
    experiment: z.string(),
    profile: z.string(),
    metric: z.string(),
    unit: z.string(),
    bound: boundSchema,
    /** Mean over the seeds; `null` when no run reports the metric. */
    value: z.number().nullable(),
    interval: intervalSchema,
    ceiling: z.number().nullable(),
    bestBaseline: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
    verdict: claimVerdict,
    expected: claimVerdict,
    evidence: z.string(),
    page: path,
  })),
});

/** `api/runs.json`: every run that has a page. */
export const runsSchema = z.strictObject({
  schema: z.literal("assay/site-runs@1"),
  runs: z.array(z.strictObject({
    experiment: z.string(),
    profile: z.string(),
    seed: z.number().int(),
    runId: z.string(),
    digests: digestsSchema,
    /** Sweeps that it is part of. */
    sweeps: z.array(z.string()),
    page: path,
    result: path,
    manifest: path,
  })),
});

/** `api/sweeps.json`. */
export const sweepsSchema = z.strictObject({
  schema: z.literal("assay/site-sweeps@1"),
  sweeps: z.array(
    sweepSchema.extend({ contract: contractSchema.omit({ device: true }), command: z.string() }),
  ),
});

export type IndexDocument = z.output<typeof indexSchema>;
export type ExperimentsDocument = z.output<typeof experimentsSchema>;
export type ClaimsDocument = z.output<typeof claimsSchema>;
export type RunsDocument = z.output<typeof runsSchema>;
export type SweepsDocument = z.output<typeof sweepsSchema>;
