/**
 * The frame of a page: one HTML document that opens from disk, loads nothing and runs only the
 * scripts whose hashes it names. A page that is served may ask the server it came from, and nobody else.
 *
 * @module
 */

import { Html, markup } from "./html.ts";
import { recheckScript } from "./recheck/script.ts";
import { liveFigures, scriptSource, vegaBundles } from "./script.ts";
import { checkSection, type PageDocument } from "./sections/check.ts";
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
  /** What the page was made from, to be carried by it and computed again by its reader. */
  readonly documents?: readonly PageDocument[];
  /** Where it stands in a site; absent for a page that stands alone. */
  readonly site?: SitePlace;
  /** Scripts of its own. */
  readonly scripts?: readonly string[];
  /** What is served rather than opened from disk. */
  readonly served?: Served;
}

/** The place of a page in a site. */
export interface SitePlace {
  /** From the page to the site's folder: empty or with a `/` at the end. */
  readonly up: string;
  /** The page of the navigation that this one is. */
  readonly here?: SitePage;
}

/** The pages that every page of a site leads to, by file. */
export const sitePages = {
  "index.html": "Overview",
  "experiments.html": "Experiments",
  "claims.html": "Claims",
} as const;

/** File of one of them. */
export type SitePage = keyof typeof sitePages;

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
export async function htmlDocument(sheet: Sheet): Promise<string> {
  const { title, head, body, live, documents = [], site, served } = sheet;
  const scripts = [
    ...(served || live ? await vegaBundles() : []),
    ...(served ? [served.script] : live ? [liveFigures] : []),
    ...(documents.length > 0 ? [recheckScript] : []),
    ...(sheet.scripts ?? []),
  ];
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
<body${site && markup` data-search="${site.up}index.html#search-text"`}>
<a class="skip" href="#main">Skip to the content</a>
<div class="page">
<header>
${site && navigation(site)}${head}</header>
<main id="main" tabindex="-1">
${body}${documents.length > 0 && checkSection(documents)}</main>
<footer>
${served?.footer ?? offline}
</footer>
</div>
${scripts.map((script) => markup`<script>${new Html(script)}</script>\n`)}</body>
</html>
`.markup;
}

function navigation({ up, here }: SitePlace): Html {
  const entry = (file: string, name: string) =>
    markup`<li><a href="${up}${file}"${
      file === here && markup` aria-current="page"`
    }>${name}</a></li>`;
  return markup`<nav class="site" aria-label="Site"><ul><li><b>Assay</b></li>${
    Object.entries(sitePages).map(([file, name]) => entry(file, name))
  }<li><a href="${up}index.html#search-text" aria-keyshortcuts="/">Search <kbd>/</kbd></a></li></ul></nav>
`;
}
