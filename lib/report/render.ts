/**
 * Strict rendering of a Vega-Lite figure to SVG without a browser. Vega by itself is permissive: a
 * misspelt field, a NaN or an address that cannot be loaded gives a warning on the console and an
 * empty or wrong picture. Here each of them is an error that names the figure and the place.
 *
 * @module
 */

import * as vega from "vega";
import * as vegaLite from "vega-lite";
import type { Figure } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { type TextWidth, textWidth } from "./font_metrics.ts";
import { dataFault } from "./spec_data.ts";
import { type Fault, specChecker } from "./spec_schema.ts";
import { themed } from "./theme.ts";

let checker: Promise<(spec: unknown) => Fault | null> | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Renders a figure to the text of an SVG element. The same figure gives the same bytes.
 *
 * Widths of text come from DejaVu Sans. Identifiers inside carry the figure's name, so that several
 * figures can stand in one page. Needs read permission for the packages' files (font, schema).
 *
 * @throws {InputError} When the specification has an unknown member, a value out of place, a number
 * that is not finite, a field without a column or an address, or when Vega warns about anything.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = await renderFigure({
 *   name: "two-points",
 *   title: "Two points",
 *   caption: "A line between them.",
 *   spec: {
 *     data: { values: [{ x: 0, y: 1 }, { x: 1, y: 3 }] },
 *     mark: "line",
 *     encoding: {
 *       x: { field: "x", type: "quantitative" },
 *       y: { field: "y", type: "quantitative" },
 *     },
 *   },
 * });
 * assertStringIncludes(svg, "<svg");
 * ```
 */
export async function renderFigure(figure: Figure): Promise<string> {
  await checkFigure(figure);
  // One after the other: Vega numbers clip paths by a counter of the module.
  const drawing = last.then(() => draw(figure));
  last = drawing.catch(() => {});
  return await drawing;
}

/**
 * Checks a figure's name and specification as {@linkcode renderFigure} does before it draws.
 *
 * @throws {InputError} Naming the figure, the place and what was found there.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const spec = { data: { values: [] }, mark: "lin" };
 * await assertRejects(
 *   () => checkFigure({ name: "f", title: "", caption: "", spec }),
 *   Error,
 *   'did you mean "line"?',
 * );
 * ```
 */
export async function checkFigure(figure: Figure): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(figure.name)) {
    throw new InputError(
      `Cannot render the figure "${figure.name}": its name becomes a file name and may hold only ` +
        `lower-case letters, digits and "-". Rename it where the experiment returns it.`,
    );
  }
  checker ??= prepare();
  const check = await checker;
  const fault = dataFault(figure.spec) ?? check(figure.spec);
  if (fault) {
    refuse(figure, `${fault.path ? `"${fault.path}" ` : "the specification "}${fault.message}`);
  }
}

/** Reads the schema, and the font whose widths Vega is to use from then on. */
async function prepare(): Promise<(spec: unknown) => Fault | null> {
  const [check, width] = await Promise.all([specChecker(), textWidth()]);
  (vega as unknown as { textMetrics: { width: TextWidth } }).textMetrics.width = width;
  return check;
}

async function draw(figure: Figure): Promise<string> {
  const found: string[] = [];
  const logger = vega.logger(vega.Warn, undefined, (_method, _level, parts) => {
    found.push(parts.map(String).join(" "));
  });
  const loader = vega.loader();
  loader.load = (address: string) => Promise.reject(new Error(`address "${address}" refused`));
  (vega as unknown as { resetSVGDefIds(): void }).resetSVGDefIds();
  let svg: string;
  try {
    // A copy: Vega marks the rows it is given.
    const described = structuredClone({ description: figure.title, ...figure.spec });
    const { spec } = vegaLite.compile(
      themed(described) as unknown as vegaLite.TopLevelSpec,
      { logger },
    );
    const view = new vega.View(vega.parse(spec), { renderer: "none", logger, loader });
    svg = await view.toSVG();
    view.finalize();
  } catch (error) {
    // A warning that came first says more than the exception it led to.
    refuse(figure, `Vega says: ${[...found, (error as Error).message].join("; ")}`);
  }
  if (found.length > 0) refuse(figure, `Vega warns: ${found.join("; ")}`);
  const broken = svg.match(
    /<[^>]*\s(?!aria-|xlink:href)[\w:-]+="[^"]*\b(?:NaN|undefined|Infinity)\b[^"]*"|>(?:NaN|undefined)</,
  );
  if (broken) {
    refuse(figure, `the drawing has a place without a number: ${broken[0].slice(0, 160)}`);
  }
  const outside = svg.match(/\s(?:xlink:)?href="(?!data:image\/)[^"]*"/);
  if (outside) {
    refuse(
      figure,
      `the drawing refers to ${outside[0].trim()}, not to a picture as "data:image/..."`,
    );
  }
  return svg
    // Two decimals are a hundredth of a pixel; the rest is rounding error and half the bytes.
    .replace(
      / (?:transform|d|x|y|x2|y2|width|height)="[^"]*"/g,
      (attribute) =>
        attribute.replace(
          /-?\d+\.\d{3,}(?:e-?\d+)?/g,
          (number) => String(Math.round(Number(number) * 100) / 100),
        ),
    )
    .replace(/(\bid="|url\(#)((?:p_)?(?:clip|gradient_)\d+)/g, `$1${figure.name}-$2`)
    .replace(/ xmlns:xlink="[^"]*"/, "")
    // Vega calls a container of rules a symbol, which would need a text of its own; the others it calls objects.
    .replace(
      /role="graphics-symbol" (aria-roledescription="\w+ mark container")/g,
      'role="graphics-object" $1',
    );
}

function refuse(figure: Figure, found: string): never {
  throw new InputError(
    `Cannot render the figure "${figure.name}": ${found}. A figure is a Vega-Lite 6 specification with ` +
      `inline data of finite numbers, text and null; correct it where the experiment builds it.`,
  );
}
