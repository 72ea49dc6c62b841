/**
 * HTML by tagged template: whatever is put in is escaped unless it is HTML already.
 *
 * @module
 */

/** Text that is HTML, as opposed to text that must be escaped to become it. */
export class Html {
  /** The markup. */
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  /** The markup. */
  toString(): string {
    return this.markup;
  }
}

/** What a template takes. `null`, `undefined` and `false` leave no trace; arrays are joined. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

/**
 * Builds HTML; every interpolated text is escaped for element content and quoted attributes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(markup`<p title="${'"'}">${"<b>"}</p>`.markup, '<p title="&quot;">&lt;b&gt;</p>');
 * ```
 */
export function markup(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(texts.reduce((all, text, i) => all + textOf(pieces[i - 1]) + text));
}

/**
 * Escapes text for element content and quoted attribute values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeHtml("a < b & 'c'"), "a &lt; b &amp; &#39;c&#39;");
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * Writes a value as JSON for a script element: no character that could end the element or the line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scriptJson("</script>"), '"\\u003c/script\\u003e"');
 * ```
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return "";
  if (piece instanceof Html) return piece.markup;
  return typeof piece === "object" ? piece.map(textOf).join("") : escapeHtml(String(piece));
}
