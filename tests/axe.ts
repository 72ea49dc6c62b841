/**
 * axe-core over an open page: what would keep people from using it.
 *
 * @module
 */

import type {} from "axe-core";
import type { OpenPage } from "./browser.ts";

/** How much a violation weighs, by axe-core. */
const serious = ["serious", "critical"];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly html: string }[];
}

/** The serious and critical violations of a page as it stands, a line each; none when it is accessible. */
export async function seriousViolations(page: OpenPage): Promise<string[]> {
  const source = await Deno.readTextFile(
    new URL("./axe.min.js", import.meta.resolve("axe-core")),
  );
  await page.evaluate(`${source}; true`);
  const violations = await page.evaluate<Violation[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return violations.filter(({ impact }) => serious.includes(impact)).flatMap(
    ({ id, impact, help, nodes }) =>
      nodes.map(({ target, html }) => `${impact}: ${id} (${help}) at ${target.join(" ")}: ${html}`),
  );
}
