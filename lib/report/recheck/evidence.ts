/**
 * What a page's verdicts were judged from, as a document that the page carries.
 *
 * @module
 */

import type { Evidence } from "../../experiment/judge.ts";
import { jsonText } from "../../numeric/canonical_json.ts";
import { sha256Hex } from "../../numeric/digest.ts";
import type { Result } from "../../run/schema.ts";

/** What one run says of the metrics that are judged. */
export interface RunEvidence extends Evidence {
  readonly seed: number;
  readonly runId: string;
  /** SHA-256 of the run's `result.json`, which holds these numbers among others. */
  readonly result: string;
}

/** The numbers that a page's verdicts follow from. */
export interface EvidenceDocument {
  readonly schema: "assay/evidence@1";
  readonly runs: readonly RunEvidence[];
}

/** The evidence of runs, about some metrics only. */
export function evidenceOf(
  results: readonly Result[],
  metrics: readonly string[],
): EvidenceDocument {
  const judged = new Set(metrics);
  const about = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).filter(([metric]) => judged.has(metric)));
  return {
    schema: "assay/evidence@1",
    runs: results.map((result) => ({
      seed: result.seed,
      runId: result.runId,
      result: sha256Hex(jsonText(result)),
      metrics: about(result.metrics),
      units: Object.fromEntries(
        Object.entries(about(result.units)).map(([metric, { unit, better }]) => [
          metric,
          { unit, better },
        ]),
      ),
      baselines: Object.fromEntries(
        Object.entries(result.baselines).map(([name, scores]) => [name, about(scores)]),
      ),
      ceilings: about(result.ceilings),
    })),
  };
}
