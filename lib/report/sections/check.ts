/**
 * The documents a page was made from, carried by it, and the button that computes its verdicts once more.
 *
 * @module
 */

import { jsonText } from "../../numeric/canonical_json.ts";
import { sha256Hex } from "../../numeric/digest.ts";
import { Html, markup, scriptJson } from "../html.ts";
import { scrolling, section } from "./marks.ts";

/** A document that a page carries. */
export interface PageDocument {
  /** Such as `summary.json`. */
  readonly name: string;
  readonly value: { readonly schema: string };
  /** A file beside the page that has the same bytes, relative to the page. */
  readonly href?: string;
}

/** SHA-256 of a document as its file has it. */
export function documentDigest({ value }: Pick<PageDocument, "value">): string {
  return sha256Hex(jsonText(value));
}

/** The section. The button shows where scripts run. */
export function checkSection(documents: readonly PageDocument[]): Html {
  const rows = documents.map((document, i) => {
    const { name, href } = document;
    const file = markup`<code>${name}</code>`;
    return markup`<tr><th scope="row">${
      href === undefined ? file : markup`<a href="${href}">${file}</a>`
    }</th><td class="text"><code id="digest-${i}">${documentDigest(document)}</code></td></tr>
`;
  });
  return section(
    "check",
    "Check this page",
    markup`<p class="note">The documents that this page was made from are embedded in it as canonical JSON, indented by two spaces; <code>sha256sum</code> of such a file prints the digest stated here. The button computes digests and verdicts again from what is embedded, in this browser and by the code that judged, and holds the verdicts shown above to them. It finds what was changed in passing or by halves. Whether the runs themselves come out so, only running them again tells: <code>deno task verify</code>.</p>`,
    scrolling(
      "Documents",
      markup`<table class="grid text">
<caption>Embedded documents</caption>
<thead><tr><th scope="col">document</th><th scope="col">SHA-256</th></tr></thead>
<tbody>
${rows}</tbody></table>`,
    ),
    markup`<p class="recheck"><button type="button" id="recheck" hidden>Recompute digests and verdicts</button></p>
<div id="recheck-found" role="status"></div>
<noscript><p class="note">Where scripts run, a button stands here.</p></noscript>
${
      documents.map(({ name, value }, i) =>
        markup`<script type="application/json" class="carried" data-name="${name}" data-digest="digest-${i}">${new Html(
          scriptJson(value),
        )}</script>
`
      )
    }`,
  );
}
