import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Figure } from "../../experiment/types.ts";
import { renderFigure } from "../render.ts";
import { bothLosses, lossDifferences, type TwoHistories } from "./two_histories.ts";

const STEPS = 50_000;
const usual = Float32Array.from({ length: STEPS }, (_, i) => 1 / (i + 1));
/** Parts at step 30,001, and is equal again at every second step. */
const other = usual.map((loss, i) => i >= 30_000 && i % 2 === 0 ? loss * 1.001 : loss);
const long: TwoHistories = { loop: "fit", a: usual, b: other, parting: 30_001 };

interface Row {
  readonly run?: string;
  readonly step: number;
  readonly loss?: number;
  readonly difference?: number;
}

/** The rows of each layer of a panel. */
function rowsOf(figure: Figure | null, panel = 0): Row[][] {
  const { concat } = figure!.spec as {
    concat: { layer: { data: { values: Row[] } }[] }[];
  };
  return concat[panel]!.layer.map(({ data }) => data.values);
}

Deno.test("`bothLosses()` and `lossDifferences()` of long loops are thinned and render strictly", async () => {
  for (const figure of [bothLosses([long]), lossDifferences([long])]) {
    assert(rowsOf(figure).every((rows) => rows.length <= 800));
    const svg = await renderFigure(figure!);
    assertStringIncludes(svg, "step 30001");
    assert(svg.length < 250_000, `${svg.length}`);
  }
});

Deno.test("`lossDifferences()` draws the largest difference at its own step, and equal steps apart", () => {
  const [, , equal, apart] = rowsOf(lossDifferences([long]));
  assertEquals(apart![0]!.step, 30_001);
  assert(equal!.every(({ step }) => step <= 30_000));
  assertEquals(equal!.length + apart!.length, Math.ceil(STEPS / Math.ceil(STEPS / 800)));
});

Deno.test("figures of two histories leave out steps and loops without losses", async () => {
  const some = { loop: "a", a: [1, NaN, 3], b: [1, 2, Infinity, 4], parting: 2 };
  const none = { loop: "b", a: [NaN, NaN], b: [NaN, NaN], parting: 1 };
  const [, , a, b] = rowsOf(bothLosses([none, some]));
  assertEquals(a!.map(({ step }) => step), [1, 3]);
  assertEquals(b!.map(({ step }) => step), [1, 2, 4]);
  await renderFigure(bothLosses([none, some])!);
  assertEquals(lossDifferences([none, some]), null);
  assertEquals(bothLosses([none]), null);
});

Deno.test("figures of two histories say how many loops they leave out", async () => {
  const many = Array.from({ length: 8 }, (_, i) => ({ ...long, loop: `fit-${i}`, parting: 0 }));
  for (const figure of [bothLosses(many), lossDifferences(many)]) {
    assertStringIncludes(figure!.caption, "2 more loops are not drawn");
    assertEquals((figure!.spec.concat as unknown[]).length, 6);
  }
  await renderFigure(lossDifferences(many)!);
});

Deno.test("`lossDifferences()` draws differences of one size, the smallest there are", async () => {
  const tiny = { loop: "fit", a: [0, 0], b: [2 ** -149, 2 ** -149], parting: 1 };
  await renderFigure(lossDifferences([tiny])!);
});
