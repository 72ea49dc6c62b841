/**
 * Bundles what a page computes in the reader's browser, `lib/report/recheck/browser.ts`, into a committed module
 * that holds it as text: pages are made by tasks that may start no process.
 *
 * Run it as `deno task build:page` after a change of what the bundle holds, judging above all; a test compares.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

const folder = new URL("../lib/report/recheck/", import.meta.url);

/** Where the module goes. */
export const pageModulePath = new URL("bundle.ts", folder);

/** The module that holds the bundle. Throws what `deno bundle` says on an error. */
export async function buildPageModule(): Promise<string> {
  const own = Deno.execPath();
  const { state } = await Deno.permissions.query({ name: "run", command: own });
  const { success, stdout, stderr } = await new Deno.Command(state === "granted" ? own : "deno", {
    args: [
      ...["bundle", "--quiet", "--frozen", "--platform", "browser", "--format", "iife", "--minify"],
      fromFileUrl(new URL("browser.ts", folder)),
    ],
  }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (!success || text === "") {
    throw new Error(`deno bundle failed:\n${new TextDecoder().decode(stderr)}`);
  }
  return `// deno-fmt-ignore-file
/**
 * What \`browser.ts\` is bundled to, written by \`deno task build:page\`.
 *
 * @module
 */

/** JavaScript that sets the global \`assay\`. */
export const bundle: string =
  ${JSON.stringify(text)};
`;
}

if (import.meta.main) Deno.writeTextFileSync(pageModulePath, await buildPageModule());
