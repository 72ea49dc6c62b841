/**
 * What the ablation of the document's operational layer varies.
 *
 * @module
 */

import type { FeatureVariant } from "../../data/serverless/document_features.ts";

/** Everything the ablation varies. */
export interface Cell {
  readonly variant: FeatureVariant;
  readonly scaling: "twice" | "once";
  readonly output: "relu" | "linear";
  readonly loss: "asymmetric" | "symmetric";
  readonly rows: "interleaved" | "by-function";
}

/** What each step of the path puts right, in the order of the document's story; the first is the document's fix. */
export const STEPS = [
  { factor: "variant", from: "raw", to: "normalised" },
  { factor: "scaling", from: "twice", to: "once" },
  { factor: "output", from: "relu", to: "linear" },
  { factor: "loss", from: "asymmetric", to: "symmetric" },
  { factor: "rows", from: "interleaved", to: "by-function" },
] as const;

const ORIGINAL: Cell = {
  variant: "raw",
  scaling: "twice",
  output: "relu",
  loss: "asymmetric",
  rows: "interleaved",
};

/** The cells of the path: nothing put right, then one thing more at each step. */
export const PATH: readonly Cell[] = STEPS.reduce<Cell[]>(
  (cells, { factor, to }) => [...cells, { ...cells.at(-1)!, [factor]: to }],
  [ORIGINAL],
);

/** All combinations, those of one framing together: framing a trace takes longer than a short training. */
export function allCells(): Cell[] {
  const both = <Key extends keyof Cell>(factor: Key) => {
    const { from, to } = STEPS.find((step) => step.factor === factor)!;
    return [from, to] as unknown as readonly [Cell[Key], Cell[Key]];
  };
  return both("rows").flatMap((rows) =>
    both("variant").flatMap((variant) =>
      both("scaling").flatMap((scaling) =>
        both("output").flatMap((output) =>
          both("loss").map((loss) => ({ rows, variant, scaling, output, loss }))
        )
      )
    )
  );
}
