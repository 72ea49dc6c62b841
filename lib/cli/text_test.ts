import { assertEquals } from "@std/assert";
import { alignTable, short, wrapParagraph } from "./text.ts";

Deno.test("`wrapParagraph()` fills lines and keeps long words whole", () => {
  assertEquals(wrapParagraph("one two three", 7), "one two\nthree");
  assertEquals(wrapParagraph("a  verylongword b", 5), "a\nverylongword\nb");
  assertEquals(wrapParagraph(""), "");
});

Deno.test("`alignTable()` pads by characters, right-aligns what is asked and trims line ends", () => {
  assertEquals(alignTable([["name", "n"], ["é", "10"]], [1]), "name   n\né     10");
  assertEquals(alignTable([["a", "b"], ["long", ""]]), "a     b\nlong");
});

Deno.test("`short()` keeps four digits, whole numbers in full", () => {
  assertEquals([0.98949, 540516, null, 1.5e-7].map(short), ["0.9895", "540516", "–", "1.5e-7"]);
});
