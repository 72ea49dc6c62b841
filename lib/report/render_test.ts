import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Figure } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { checkFigure, renderFigure } from "./render.ts";

const row = { run: "first", step: 1, loss: 0.5 };
const x = { field: "step", type: "quantitative" };
const y = { field: "loss", type: "quantitative" };

function figure(spec: Record<string, unknown>, name = "losses"): Figure {
  return { name, title: "Losses", caption: "By step.", spec };
}

function lines(values: unknown[], encoding: Record<string, unknown> = { x, y }): Figure {
  return figure({ data: { values }, mark: "line", encoding });
}

Deno.test("`renderFigure()` gives the same bytes each time, also when figures are drawn at once", async () => {
  const one = lines([row, { ...row, step: 2, loss: 0.25 }]);
  const clipped = figure({
    data: { values: [row, { ...row, step: 2 }] },
    mark: { type: "line", clip: true },
    encoding: { x, y },
  }, "clipped");
  const alone = [await renderFigure(one), await renderFigure(clipped)];
  assertEquals(await Promise.all([clipped, one, clipped].map(renderFigure)), [
    alone[1],
    alone[0],
    alone[1],
  ]);
});

Deno.test("`renderFigure()` prefixes identifiers with the figure's name", async () => {
  const svg = await renderFigure(figure({
    data: { values: [row, { ...row, step: 2 }] },
    mark: { type: "line", clip: true },
    encoding: { x, y },
  }, "clipped"));
  assertMatch(svg, /<clipPath id="clipped-clip(\d+)">/);
  assertMatch(svg, /clip-path="url\(#clipped-clip\d+\)"/);
});

Deno.test("`renderFigure()` keeps long legend labels whole and the margin narrow", async () => {
  const label = "validation loss of the twenty-minute window model";
  const svg = await renderFigure(lines([{ ...row, run: label }, { ...row, step: 2, run: label }], {
    x,
    y,
    color: { field: "run", type: "nominal" },
  }));
  assertStringIncludes(svg, `>${label}<`);
  assert(!svg.includes("…"));
});

Deno.test("`renderFigure()` refuses a misspelt member and proposes the right one", async () => {
  await assertRejects(
    () => renderFigure(lines([row], { x: { feild: "step", type: "quantitative" }, y })),
    InputError,
    'Cannot render the figure "losses": "encoding.x" has an unknown member "feild" (did you mean "field"?)',
  );
});

Deno.test("`renderFigure()` refuses numbers that are not finite, undefined and functions, and says where", async () => {
  for (
    const [value, found] of [
      [NaN, "is NaN"],
      [Infinity, "is Infinity"],
      [undefined, "is undefined"],
      [() => 1, "is a function"],
    ] as const
  ) {
    await assertRejects(
      () => renderFigure(lines([row, { ...row, loss: value }])),
      InputError,
      `"data.values[1].loss" ${found}`,
    );
  }
});

Deno.test("`renderFigure()` takes null as a gap", async () => {
  const values = [1, 2, 3].map((step) => ({ step, loss: step === 2 ? null : step }));
  assertStringIncludes(await renderFigure(lines(values)), "<svg");
});

Deno.test("`renderFigure()` refuses addresses, in data and elsewhere", async () => {
  const encoding = { x, y };
  for (const url of ["https://example.org/a.csv", "//example.org/a.csv", "a.csv", "/etc/passwd"]) {
    await assertRejects(
      () => renderFigure(figure({ data: { url }, mark: "line", encoding })),
      InputError,
      url,
    );
  }
  const picture = { type: "image", url: "https://example.org/a.png" };
  await assertRejects(
    () => renderFigure(figure({ data: { values: [row] }, mark: picture, encoding })),
    InputError,
    '"mark.url"',
  );
  const link = { ...encoding, href: { value: "javascript:alert(1)" } };
  await assertRejects(
    () => renderFigure(figure({ data: { values: [row] }, mark: "point", encoding: link })),
    InputError,
    '"encoding.href"',
  );
  const text = lines([{ ...row, run: "https://example.org is only a label" }], {
    x,
    y,
    detail: { field: "run" },
  });
  assertStringIncludes(await renderFigure(text), "<svg");
});

Deno.test("`renderFigure()` shows pictures that the data holds and no others", async () => {
  const mark = { type: "image", width: 9, height: 9 };
  const shown = (picture: string, url: unknown) =>
    renderFigure(figure({ data: { values: [{ picture }] }, mark, encoding: { url } }));
  const [inside, outside] = ["data:image/png;base64,AQID", "https://example.org/a.png"];
  assertStringIncludes(await shown(inside, { field: "picture" }), `href="${inside}"`);
  await assertRejects(() => shown(outside, { field: "picture" }), InputError, outside);
  await assertRejects(() => shown(inside, { value: outside }), InputError, '"encoding.url"');
  const made = { calculate: `'${outside}'`, as: "picture" };
  const spec = { data: { values: [{ picture: inside }] }, transform: [made], mark };
  await assertRejects(
    () => renderFigure(figure({ ...spec, encoding: { url: { field: "picture" } } })),
    InputError,
    outside,
  );
});

Deno.test("`renderFigure()` refuses a field that no data has", async () => {
  await assertRejects(
    () => renderFigure(lines([row], { x, y: { field: "los", type: "quantitative" } })),
    InputError,
    '"encoding.y.field" names "los", but the data has only "loss", "run", "step"',
  );
  const made = figure({
    data: { values: [row] },
    transform: [{ calculate: "datum.loss * 2", as: "twice" }],
    mark: "point",
    encoding: { x, y: { field: "twice", type: "quantitative" } },
  });
  assertStringIncludes(await renderFigure(made), "<svg");
});

Deno.test("`renderFigure()` turns Vega's warnings into errors", async () => {
  const logOfZero = lines([{ step: 0, loss: 1 }, { step: 1, loss: 2 }], {
    x: { field: "step", type: "quantitative", scale: { type: "log", domain: [0, 1] } },
    y,
  });
  await assertRejects(
    () => renderFigure(logOfZero),
    InputError,
    'Cannot render the figure "losses"',
  );
  const text = lines([{ step: "one", loss: "two" }]);
  await assertRejects(() => renderFigure(text), InputError, 'Cannot render the figure "losses"');
});

Deno.test("`checkFigure()` refuses a name that is no file name", async () => {
  for (const name of ["", "../up", "Upper", "a b", "-dash"]) {
    const spec = { data: { values: [row] }, mark: "line", encoding: { x, y } };
    await assertRejects(() => checkFigure(figure(spec, name)), InputError, "lower-case letters");
  }
});
