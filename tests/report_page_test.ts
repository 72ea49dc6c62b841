// Report pages as a reader opens them: from disk, in a browser, with scripts and without.

import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type PageInput, renderPage } from "../lib/report/page.ts";
import { renderIndex } from "../lib/report/index_page.ts";
import { bandwidthPage } from "../lib/report/testdata/bandwidth.ts";
import { findChromium, type OpenedPage, openPage } from "./chromium.ts";

async function opened(page: string): Promise<OpenedPage> {
  const folder = await Deno.makeTempDir({ prefix: "assay-page-" });
  try {
    const path = join(folder, "report.html");
    await Deno.writeTextFile(path, page);
    return await openPage(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The body's own tag, with its data attributes. */
function bodyTag(dom: string): string {
  return /<body[^>]*>/.exec(dom)![0];
}

function count(text: string, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

Deno.test("a browser to test pages with is on this machine", async () => {
  assertMatch(await findChromium(), /chrom/);
});

Deno.test("a report page comes alive: ready flag, every figure, nothing on the console", async () => {
  const page = await renderPage(bandwidthPage());
  const { dom, console } = await opened(page);
  assertEquals(console, []);
  assertStringIncludes(bodyTag(dom), 'data-ready="true"');
  assert(!bodyTag(dom).includes("data-error"));
  const figures = count(page, /<figure /g);
  assertEquals(figures, 7);
  assertEquals(count(dom, /<div class="live/g), figures);
  assertEquals(count(dom, /<svg [^>]*class="marks"/g), figures);
  assert(!/>(?:NaN|undefined)</.test(dom));
});

Deno.test("a report page can be read without scripts: verdict, tables and drawn figures", async () => {
  const page = await renderPage(bandwidthPage());
  // The browser's own switch also silences --dump-dom; a policy that allows no script does the same.
  const { dom } = await opened(page.replace(/script-src [^;]*/, "script-src 'none'"));
  assert(!bodyTag(dom).includes("data-ready"));
  assertMatch(dom, /<h2 id="verdict">.*<span [^>]*>Pass<\/span><\/h2>/);
  assertStringIncludes(dom, "All 5 targets are met over 3 seeds.");
  assertEquals(count(dom, /<svg [^>]*class="marks"/g), 7);
});

Deno.test("a report page runs nothing that came with the data", async () => {
  const attack =
    `</script><script>document.body.dataset.hacked = 1</script><img src=x onerror="document.body.dataset.hacked = 2">`;
  const input = bandwidthPage();
  const [first, ...rest] = input.runs;
  const hostile: PageInput = {
    ...input,
    experiment: { ...input.experiment, summary: attack },
    summary: {
      ...input.summary,
      claims: input.summary.claims.map((claim) => ({ ...claim, says: attack, evidence: attack })),
    },
    runs: [{
      ...first!,
      figures: [{
        name: "attack",
        title: attack,
        caption: attack,
        spec: {
          data: { values: [{ x: 1, label: attack }] },
          mark: { type: "point", tooltip: true },
          encoding: {
            x: { field: "x", type: "quantitative" },
            y: { field: "label", type: "nominal" },
          },
        },
      }],
    }, ...rest],
  };
  const { dom, console } = await opened(await renderPage(hostile));
  assertEquals(console, []);
  assertStringIncludes(bodyTag(dom), 'data-ready="true"');
  assert(!bodyTag(dom).includes("data-hacked"));
  assert(!dom.replace(/<script\b[\s\S]*?<\/script>/g, "").includes("<img"));
});

Deno.test("a report page refuses scripts that are not its own", async () => {
  const page = await renderPage(bandwidthPage());
  const foreign = page.replace(
    "</footer>",
    `<script>document.body.dataset.hacked = 1</script><img src="data:," onerror="document.body.dataset.hacked = 2"></footer>`,
  );
  const { dom, console } = await opened(foreign);
  assert(!bodyTag(dom).includes("data-hacked"));
  assert(console.some((line) => line.includes("Content Security Policy")), console.join("\n"));
});

Deno.test("a figure that cannot come alive stays as it was drawn, and the page says so", async () => {
  const page = await renderPage(bandwidthPage());
  const broken = page.replace(/(id="figure-2-spec">)[^<]*/, "$1{");
  const { dom } = await opened(broken);
  assertMatch(bodyTag(dom), /data-error="[^"]+"/);
  assert(!bodyTag(dom).includes("data-ready"));
  assertEquals(count(dom, /<svg [^>]*class="marks"/g), 7);
  assertEquals(count(dom, /<div class="live/g), 6);
});

Deno.test("the index opens with its verdicts and nothing on the console", async () => {
  const { summary } = bandwidthPage();
  const href = "bandwidth-predictor/quick/report.html";
  const { dom, console } = await opened(await renderIndex([{ summary, href, startedAt: null }]));
  assertEquals(console, []);
  assertStringIncludes(dom, `href="${href}"`);
  assertMatch(dom, /<span class="badge good"[^>]*>.*pass<\/span>/);
});
