/**
 * The part of a comparison's page that names the first operation whose output differs.
 *
 * @module
 */

import { bisectionText } from "../../run/compare/bisect.ts";
import type { Bisection, TensorPair } from "../../run/compare/comparison.ts";
import { type Html, markup } from "../html.ts";
import { cards, section } from "./marks.ts";

/** The operation, its tensors and their digests in both runs; `null` when it was not looked for. */
export function bisectionSection(bisection: Bisection | null): Html | null {
  if (bisection === null) return null;
  const { parting, calls } = bisection;
  const rows = (kind: string, pairs: readonly TensorPair[]) =>
    pairs.map(({ name, shape, a, b }) => [
      markup`${kind} <code>${name}</code>`,
      markup`[${shape.join(", ")}]`,
      markup`<code>${a?.slice(0, 12) ?? "–"}</code>`,
      a === b ? markup`the same` : markup`<code>${b?.slice(0, 12) ?? "–"}</code>`,
    ]);
  return section(
    "operation",
    "First operation",
    markup`<p>${bisectionText(bisection)}</p>
<p class="note">The step is ${calls.a} operations long in A, ${calls.b} in B.</p>`,
    parting && cards("Tensors of the first operation that gives other bits", [
      "Tensor",
      "Shape",
      "SHA-256 in A",
      "SHA-256 in B",
    ], [...rows("input", parting.inputs), ...rows("output", parting.outputs)]),
  );
}
