/**
 * The frame of a page: one HTML document that opens from disk, loads nothing and runs only the
 * scripts whose hashes it names. A page that is served may ask the server it came from, and nobody else.
 *
 * @module
 */

import { Html, markup } from "./html.ts";
import { liveFigures, scriptSource, vegaBundles } from "./script.ts";
import { style } from "./style.ts";

/** What stands in the frame. */
export interface Sheet {
  readonly title: string;
  /** Inside `header`. */
  readonly head: Html;
  /** Inside `main`. */
  readonly body: Html;
  /** Whether figures are to come alive. */
  readonly live: boolean;
  /** What is served rather than opened from disk. */
  readonly served?: Served;
}

/** What a page has that follows the server it came from. */
export interface Served {
  /** Its own script, which runs after those of figures. */
  readonly script: string;
  /** Rules beside those of every page. */
  readonly style: string;
  readonly footer: Html;
}

const offline =
  markup`<p>Written by Assay. This file loads nothing: it can be kept, mailed and opened offline.</p>`;

// An empty icon: without one a browser asks the server for /favicon.ico.
const emptyIcon = "data:,";

/** The whole document. */
export async function htmlDocument({ title, head, body, live, served }: Sheet): Promise<string> {
  const scripts = served
    ? [...await vegaBundles(), served.script]
    : live
    ? [...await vegaBundles(), liveFigures]
    : [];
  const sources = await Promise.all(scripts.map(scriptSource));
  const policy = [
    "default-src 'none'",
    `script-src ${sources.join(" ") || "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    ...(served ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Assay">
<link rel="icon" href="${emptyIcon}">
<title>${title}</title>
<style>${new Html(style)}${served && new Html(served.style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="page">
<header>
${head}</header>
<main id="main" tabindex="-1">
${body}</main>
<footer>
${served?.footer ?? offline}
</footer>
</div>
${scripts.map((script) => markup`<script>${new Html(script)}</script>\n`)}</body>
</html>
`.markup;
}
