import { assertEquals } from "@std/assert";
import { checker, specChecker } from "./spec_schema.ts";

const data = { values: [{ a: 1, b: 2 }] };
const x = { field: "a", type: "quantitative" };

async function fault(spec: unknown): Promise<string | null> {
  const found = (await specChecker())(spec);
  return found && `${found.path}: ${found.message}`;
}

Deno.test("`specChecker()` accepts specifications of every composition", async () => {
  const unit = { mark: "line", encoding: { x, y: { field: "b", type: "quantitative" } } };
  const fine = [
    { data, ...unit },
    { data, layer: [unit, { mark: { type: "rule", strokeDash: [2, 2] }, encoding: { x } }] },
    { data, facet: { field: "a" }, columns: 2, spec: unit },
    { data, hconcat: [unit, { vconcat: [unit] }], resolve: { scale: { y: "independent" } } },
    {
      data,
      repeat: ["a", "b"],
      spec: { mark: "bar", encoding: { x: { field: { repeat: "repeat" }, bin: true } } },
    },
    { data, ...unit, transform: [{ calculate: "datum.a * 2", as: "c" }], config: { font: "x" } },
  ];
  for (const spec of fine) assertEquals(await fault(spec), null);
});

Deno.test("`specChecker()` names the misspelt member, its place and the nearest known one", async () => {
  const typo = { feild: "a", type: "quantitative" };
  assertEquals(
    await fault({ data, mark: "line", encoding: { x: typo } }),
    'encoding.x: has an unknown member "feild" (did you mean "field"?)',
  );
  assertEquals(
    await fault({ data, mark: { type: "line", colour: "red" }, encoding: { x } }),
    'mark: has an unknown member "colour" (did you mean "color"?)',
  );
  assertEquals(
    await fault({ data, layer: [{ mark: "line", encodng: { x } }] }),
    'layer[0]: has an unknown member "encodng" (did you mean "encoding"?)',
  );
  assertEquals(
    await fault({ data, mrk: "line", encoding: { x } }),
    ': has an unknown member "mrk" (did you mean "mark"?)',
  );
});

Deno.test("`specChecker()` names values that are not among the allowed ones", async () => {
  const wrongMark = await fault({ data, mark: "lin", encoding: { x } });
  assertEquals(wrongMark?.startsWith('mark: "lin" is not one of'), true, wrongMark ?? "");
  assertEquals(wrongMark?.endsWith('(did you mean "line"?)'), true, wrongMark ?? "");
  const wrongType = await fault({
    data,
    mark: "line",
    encoding: { x: { field: "a", type: "quantitatve" } },
  });
  assertEquals(
    wrongType?.startsWith('encoding.x.type: "quantitatve" is not one of'),
    true,
    wrongType ?? "",
  );
});

Deno.test("`checker()` follows the keywords of its subset", () => {
  const check = checker({
    type: "object",
    required: ["n"],
    additionalProperties: false,
    properties: {
      n: { type: "number", minimum: 0, maximum: 1 },
      list: { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 2 },
      text: { type: "string", minLength: 1, maxLength: 3 },
      either: { anyOf: [{ const: 1 }, { enum: ["a", null] }] },
    },
  });
  const cases: [unknown, string | null][] = [
    [{ n: 0.5, list: [1, 2], text: "abc", either: null }, null],
    [{ n: 0.5, either: undefined }, null],
    [{}, ': lacks the member "n"'],
    [{ n: 2 }, "n: 2 is outside 0 to 1"],
    [{ n: "1" }, 'n: "1" is not of type number'],
    [{ n: 1, list: [] }, "list: has 0 items instead of 1 to 2"],
    [{ n: 1, list: [1.5] }, "list[0]: 1.5 is not of type integer"],
    [{ n: 1, text: "long" }, 'text: "long" has 4 characters, not 1 to 3'],
    [{ n: 1, either: "b" }, 'either: "b" is not one of 1, "a", null (did you mean "a"?)'],
    [[], ": [] is not of type object"],
  ];
  for (const [value, expected] of cases) {
    const found = check(value);
    assertEquals(found && `${found.path}: ${found.message}`, expected);
  }
});
