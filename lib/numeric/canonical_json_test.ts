import { assertEquals, assertThrows } from "@std/assert";
import { canonicalJson } from "./canonical_json.ts";

Deno.test("`canonicalJson()` writes the example of RFC 8785 §3.2.2", () => {
  const value = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  assertEquals(
    canonicalJson(value),
    String
      .raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
      String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

Deno.test("`canonicalJson()` sorts members by UTF-16 code units as in RFC 8785 §3.2.3", () => {
  const names = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6", "10", "9"];
  const value = Object.fromEntries(names.map((name, i) => [name, i]));
  assertEquals(
    Object.entries(JSON.parse(canonicalJson(value))).length,
    names.length,
  );
  assertEquals(
    canonicalJson(value),
    '{"\\r":1,"1":3,"10":7,"9":8,"\u0080":5,"\u00f6":6,"\u20ac":0,"\ud83d\ude00":4,"\ufb33":2}',
  );
});

Deno.test("`canonicalJson()` does not depend on the order of insertion, at any depth", () => {
  assertEquals(
    canonicalJson({ b: { y: 1, x: 2 }, a: [{ d: 1, c: 2 }] }),
    canonicalJson({ a: [{ c: 2, d: 1 }], b: { x: 2, y: 1 } }),
  );
});

Deno.test("`canonicalJson()` writes numbers as ECMAScript does", () => {
  const numbers = [0, -0, 1e21, 1e20, 1e-7, 1e-6, 5e-324, 1.7976931348623157e308, -1.5];
  assertEquals(
    canonicalJson(numbers),
    "[0,0,1e+21,100000000000000000000,1e-7,0.000001,5e-324,1.7976931348623157e+308,-1.5]",
  );
});

Deno.test("`canonicalJson()` leaves out members that are undefined and keeps null", () => {
  assertEquals(canonicalJson({ a: undefined, b: null }), '{"b":null}');
  assertEquals(canonicalJson({ a: undefined }, { indent: 2 }), "{}");
});

Deno.test("`canonicalJson()` takes objects without prototype and a member named __proto__", () => {
  const value = Object.create(null);
  value.b = 1;
  value["__proto__"] = 2;
  assertEquals(canonicalJson(value), '{"__proto__":2,"b":1}');
});

Deno.test("`canonicalJson()` with indent writes what JSON.stringify would, sorted", () => {
  const value = { a: [], b: {}, c: [1, { d: "x", e: null }] };
  assertEquals(canonicalJson(value, { indent: 2 }), JSON.stringify(value, null, 2));
  assertEquals(canonicalJson("a", { indent: 4 }), '"a"');
});

Deno.test("`canonicalJson()` writes an object twice where it is reached twice", () => {
  const shared = { a: 1 };
  assertEquals(canonicalJson([shared, shared]), '[{"a":1},{"a":1}]');
});

Deno.test("`canonicalJson()` refuses what JSON cannot hold and names the path", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = [cycle];
  const cases: [unknown, string][] = [
    [{ a: [1, NaN] }, "$.a[1] is NaN"],
    [{ "the rate": -Infinity }, '$["the rate"] is -Infinity'],
    [[undefined], "$[0] is undefined"],
    [new Array(2), "$[0] is undefined"],
    [undefined, "$ is undefined"],
    [{ a: 1n }, "$.a is the bigint 1n"],
    [{ a: () => 1 }, "$.a is a function"],
    [{ a: Symbol("b") }, "$.a is a symbol"],
    [{ a: Float32Array.of(1) }, "$.a is an instance of Float32Array"],
    [[new Map()], "$[0] is an instance of Map"],
    [{ a: "\ud800" }, "$.a is text with a lone surrogate"],
    [{ "\udc00": 1 }, "is text with a lone surrogate"],
    [cycle, "$.self[0] is an object that contains itself"],
  ];
  for (const [value, message] of cases) {
    assertThrows(() => canonicalJson(value), TypeError, message);
  }
  assertThrows(() => canonicalJson(1, { indent: -1 }), RangeError, "indent -1");
});
