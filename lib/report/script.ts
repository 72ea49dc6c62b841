/**
 * What runs in a page: the Vega bundles and the few lines that bring its figures to life.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
// Named for their place on disk: Deno installs a package only when a module names it.
import type {} from "vega";
import type {} from "vega-lite";
import type {} from "vega-embed";

/** The bundles, in the order in which they must run. */
const bundles = [
  ["vega", "./vega.min.js"],
  ["vega-lite", "./vega-lite.min.js"],
  ["vega-embed", "./vega-embed.min.js"],
] as const;

/**
 * Replaces each pre-rendered figure by a live one. `ast` makes Vega interpret expressions, because the
 * page's content security policy forbids compiling them. `document.body.dataset.ready` is set when all
 * are live; the first failure stands in `dataset.error`, and that figure stays as it was drawn.
 */
export const liveFigures = `
"use strict";
(async () => {
  const body = document.body;
  for (const place of document.querySelectorAll("[data-spec]")) {
    try {
      const { name, spec } = JSON.parse(document.getElementById(place.dataset.spec).textContent);
      const live = document.createElement("div");
      live.className = "live";
      await vegaEmbed(live, spec, {
        mode: "vega-lite",
        ast: true,
        renderer: "svg",
        downloadFileName: name,
        actions: { export: true, source: false, compiled: false, editor: false },
      });
      live.querySelector("summary").setAttribute("aria-label", "Save the figure " + name);
      for (const container of live.querySelectorAll('[role="graphics-symbol"][aria-roledescription$=" container"]')) {
        container.setAttribute("role", "graphics-object");
      }
      place.replaceChildren(live);
    } catch (error) {
      body.dataset.error ??= String(error && error.message || error);
      console.error(error);
    }
  }
  if (!body.dataset.error) body.dataset.ready = "true";
})();
`;

let texts: Promise<string[]> | undefined;

/**
 * The Vega bundles, each for one script element.
 *
 * @throws {InputError} When a bundle holds something that would end its element or change its bytes
 * in the page.
 */
export function vegaBundles(): Promise<string[]> {
  texts ??= Promise.all(bundles.map(async ([name, file]) => {
    const text = await Deno.readTextFile(new URL(file, import.meta.resolve(name)));
    const found = text.match(/<\/script|<!--|\r/i);
    if (found) {
      throw new InputError(
        `Cannot put ${name} into a page: ${file} contains ${
          JSON.stringify(found[0])
        }, which would end the ` +
          `script element or change the bytes whose hash the page allows. Pin another version in deno.json.`,
      );
    }
    return text;
  }));
  return texts;
}

/** The source expression of a content security policy that allows exactly this inline script. */
export async function scriptSource(script: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}
