/**
 * Text for a terminal: wrapped paragraphs, aligned tables, numbers.
 *
 * @module
 */

/**
 * Wraps a paragraph at `width` columns; words longer than a line stay whole.
 *
 * @example
 * ```ts
 * import { wrapParagraph } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wrapParagraph("one two three", 8), "one two\nthree");
 * ```
 */
export function wrapParagraph(text: string, width = 96): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join("\n");
}

/**
 * Aligns rows of cells into columns two spaces apart; the columns in `right` are right-aligned.
 *
 * @example
 * ```ts
 * import { alignTable } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(alignTable([["a", "10"], ["bcd", "9"]], [1]), "a    10\nbcd   9");
 * ```
 */
export function alignTable(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => [...row[column]!].length))
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      const padding = " ".repeat(widths[column]! - [...cell].length);
      return right.includes(column) ? padding + cell : cell + padding;
    }).join("  ").trimEnd()
  ).join("\n");
}

/**
 * A number with four significant digits, whole numbers in full; an en dash for none.
 *
 * @example
 * ```ts
 * import { short } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([short(0.123456), short(123456), short(null)], ["0.1235", "123456", "–"]);
 * ```
 */
export function short(value: number | null): string {
  if (value === null) return "–";
  if (Number.isInteger(value)) return String(value);
  return Number(value.toPrecision(4)).toString();
}
