/**
 * Widths of text from a real font, so that a figure laid out without a browser keeps its labels
 * apart: DejaVu Sans, whose advances are among the widest of the common sans-serif faces, so a reader's
 * own font does not overflow what was measured here.
 *
 * @module
 */

import opentype from "opentype.js";
// Imported for its place on disk: Deno installs a package only when a module names it.
import _package from "dejavu-fonts-ttf/package.json" with { type: "json" };

/** The part of a Vega text item that decides its width. */
export interface TextStyle {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

interface Face {
  /** Advance of one character in em. */
  advance(character: string): number;
}

/** A function that gives the width of `text` in pixels. */
export type TextWidth = (style: TextStyle, text: unknown) => number;

/**
 * Reads both weights of the font and returns the measure.
 *
 * Widths are sums of single advances: opentype.js cannot apply DejaVu's substitution tables (it throws
 * on them), and kerning changes a label by less than a pixel.
 */
export async function textWidth(): Promise<TextWidth> {
  const [regular, bold] = await Promise.all([face("DejaVuSans.ttf"), face("DejaVuSans-Bold.ttf")]);
  return ({ fontSize = 11, fontWeight }, text) => {
    const { advance } = isBold(fontWeight) ? bold : regular;
    let em = 0;
    for (const character of text === null || text === undefined ? "" : String(text)) {
      em += advance(character);
    }
    return em * fontSize;
  };
}

function isBold(weight: string | number | undefined): boolean {
  return weight === "bold" || weight === "bolder" || Number(weight) >= 600;
}

async function face(file: string): Promise<Face> {
  const bytes = await Deno.readFile(new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`)));
  const font = opentype.parse(bytes.buffer);
  const known = new Map<string, number>();
  return {
    advance(character) {
      let em = known.get(character);
      if (em === undefined) {
        em = font.charToGlyph(character).advanceWidth / font.unitsPerEm;
        known.set(character, em);
      }
      return em;
    },
  };
}
