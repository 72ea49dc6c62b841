// The published site as a reader has it: opened from disk, in a browser.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { publishSite, writeSitePages } from "../lib/report/site.ts";
import { bandwidthPage } from "../lib/report/testdata/bandwidth.ts";
import { bandwidthPlace, withReports } from "../lib/report/testdata/reports.ts";
import { namesIn } from "../lib/run/files.ts";
import { seriousViolations } from "./axe.ts";
import { OpenPage } from "./browser.ts";
import { inProcess } from "./command_line.ts";

let site = "";
const done = Promise.withResolvers<void>();
let finished: Promise<void>;

Deno.test.beforeAll(async () => {
  const built = Promise.withResolvers<void>();
  finished = withReports(async (reports) => {
    const grid = ["--grid", "drift=0.5,1", "--grid", "size=1,2"];
    const swept = join(root, "tests", "testdata", "swept.ts");
    const sweep = (...words: string[]) =>
      inProcess("sweep", swept, "--backend", "wasm", ...grid, "--out", reports, ...words);
    const { err } = await sweep();
    await sweep("--halving", "4", "--budget", "pause=0,1", "--metric", "walk/miss", "--seeds", "1");
    site = join(reports, "site");
    const skipped: string[] = [];
    await publishSite(reports, site, (message) => skipped.push(message));
    assertEquals(skipped, [], err);
    built.resolve();
    await done.promise;
  });
  await Promise.race([built.promise, finished]);
});

Deno.test.afterAll(async () => {
  done.resolve();
  await finished;
});

/** Paths of one page of each kind, with the figures it has. */
function kinds(): [path: string, figures: number][] {
  const folders = (path: string) => namesIn(join(site, path), ({ isDirectory }) => isDirectory);
  const run = folders(bandwidthPlace).find((name) => /^[0-9a-f]{12}$/.test(name));
  const sweeps = folders("swept/sweeps");
  const [cell] = folders("swept/quick");
  return [
    ["index.html", 0],
    ["experiments.html", 0],
    ["claims.html", 0],
    [`${bandwidthPlace}/report.html`, 7],
    [`${bandwidthPlace}/${run}/report.html`, 6],
    [`swept/quick/${cell}/report.html`, 1],
    ...sweeps.map((sweep): [string, number] => [
      `swept/sweeps/${sweep}/sweep.html`,
      1,
    ]),
  ];
}

const addressOf = (path: string) => toFileUrl(join(site, path)).href;
const ask = `document.getElementById("recheck").click()`;
const answered = "document.body.dataset.recheck";
const told = `document.getElementById("recheck-found").innerText`;

Deno.test("every kind of page shows its figures, has no serious violation, and comes out the same", async () => {
  await using page = await OpenPage.open("about:blank");
  for (const [path, figures] of kinds()) {
    for (const look of [{}, { dark: true, width: 390 }]) {
      await page.look(look);
      await page.go("about:blank");
      await page.go(addressOf(path));
      if (figures > 0) await page.until("document.body.dataset.ready");
      assertEquals(
        await page.evaluate(`document.querySelectorAll("figure .live svg.marks").length`),
        figures,
        path,
      );
      await page.evaluate(ask);
      await page.until(answered);
      assertEquals(await page.evaluate(answered), "same", await page.evaluate(told));
      await page.evaluate(
        `document.querySelectorAll("#check details").forEach((d) => d.open = true)`,
      );
      assertEquals(await seriousViolations(page), [], `${path} ${JSON.stringify(look)}`);
      const wide = "document.documentElement.scrollWidth > innerWidth";
      assertEquals(await page.evaluate(wide), false, `${path} ${JSON.stringify(look)} scrolls`);
    }
  }
  assertEquals(page.console, []);
});

/** Opens a changed copy of a page beside it, asks it, and returns what it says. */
async function tampered(
  path: string,
  change: (html: string) => string,
): Promise<{ outcome: string; said: string }> {
  const html = await Deno.readTextFile(join(site, path));
  const changed = change(html);
  assert(changed !== html, "nothing was changed");
  const copy = path.replace(/\.html$/, "-changed.html");
  await Deno.writeTextFile(join(site, copy), changed);
  await using page = await OpenPage.open(addressOf(copy));
  await page.evaluate(ask);
  await page.until(answered);
  await Deno.remove(join(site, copy));
  return { outcome: await page.evaluate(answered), said: await page.evaluate(told) };
}

/** Changes the first number after `"name":` in a document that a page carries. */
function carrying(document: string, name: string) {
  const within = new RegExp(`(data-name="${document}"[\\s\\S]*?"${name}":)[-0-9.e]+`);
  return (html: string) => html.replace(within, "$10.5");
}

Deno.test("a page with a number changed in what it carries is found out, and says where", async () => {
  const report = `${bandwidthPlace}/report.html`;
  const metric = "v2/test/correlation/mean";
  const evidence = await tampered(report, carrying("evidence.json", metric));
  assertEquals(evidence.outcome, "different");
  assertStringIncludes(evidence.said, "evidence.json");
  assertMatch(evidence.said, /target\s+v2\/test\/correlation\/mean\s+.*value 0\.98.*value 0\.8/);
  assertStringIncludes(evidence.said, "different");

  const summary = await tampered(report, carrying("summary.json", "value"));
  assertEquals(summary.outcome, "different");
  assertStringIncludes(summary.said, "summary.json");
  assertMatch(summary.said, /value 0\.5/);

  const sweep = kinds().at(-1)![0];
  const cell = await tampered(sweep, carrying("evidence.json", "walk/end"));
  assertEquals(cell.outcome, "different");
  assertMatch(cell.said, /cell 1/);

  const run = kinds()[4]![0];
  const seed = await tampered(run, carrying("manifest.json", "seed"));
  assertEquals(seed.outcome, "different");
  assertMatch(seed.said, /run id\s+manifest\.json: identity/);

  const claims = await tampered("claims.html", carrying("claims.json", "value"));
  assertEquals(claims.outcome, "different");
});

Deno.test("a page that shows another verdict than its documents give is found out", async () => {
  const change = (html: string) =>
    html.replace(/(data-place="claim-0">(?:<svg.*?<\/svg>))refuted/, "$1reproduced");
  for (const path of ["claims.html", `${bandwidthPlace}/report.html`]) {
    const { outcome, said } = await tampered(path, change);
    assertEquals(outcome, "different");
    assertMatch(said, /1 of \d+ is different/);
    assertStringIncludes(said, "reproduced (as shown)");
  }
});

Deno.test("a page computes digests where the browser offers none", async () => {
  await using page = await OpenPage.open("about:blank");
  await page.ask("Page.addScriptToEvaluateOnNewDocument", {
    source: "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })",
  });
  await page.go(addressOf("claims.html"));
  await page.evaluate(ask);
  await page.until(answered);
  assertEquals(await page.evaluate(answered), "same");
  assertStringIncludes(await page.evaluate<string>(told), "SHA-256 by this page");
});

Deno.test("the site is searched from the keyboard, from any page", async () => {
  await using page = await OpenPage.open(addressOf(`${bandwidthPlace}/report.html`));
  await page.press("/");
  await page.until(
    `location.pathname.endsWith("/site/index.html") && document.readyState === "complete"`,
  );
  await page.until(`document.activeElement.id === "search-text"`);
  const found = async (text: string) => {
    await page.evaluate(`(() => {
      const field = document.getElementById("search-text");
      field.value = ${JSON.stringify(text)};
      field.dispatchEvent(new Event("input"));
    })()`);
    return await page.evaluate<string>(`document.getElementById("search").innerText`);
  };
  assertMatch(await found("JITTER refuted"), /5 found[\s\S]*jitter_ms: correlation 0\.9945/);
  assertMatch(await found("drift 0.5 size"), /2 found[\s\S]*drift 0\.5, size 1/);
  const [run] = namesIn(join(site, "swept/quick"), ({ isDirectory }) => isDirectory);
  assertMatch(await found(run!), new RegExp(`1 found[\\s\\S]*Run ${run}`));
  const { pathname } = new URL(
    await page.evaluate<string>(`document.querySelector("#search-found a").href`),
  );
  assert((await Deno.stat(decodeURIComponent(pathname))).isFile);
  assertStringIncludes(await found("no such words anywhere"), "Nothing has all of these words.");
  assertEquals(await seriousViolations(page), []);
});

Deno.test("the table of claims shows those of a verdict and a document", async () => {
  await using page = await OpenPage.open(addressOf("claims.html"));
  const choose = (id: string, value: string) =>
    page.evaluate<number>(`(() => {
      const field = document.getElementById(${JSON.stringify(id)});
      field.value = ${JSON.stringify(value)};
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return document.querySelectorAll("table.cards tbody tr:not([hidden])").length;
    })()`);
  assertEquals(await choose("filter-verdict", "refuted"), 22);
  assertEquals(await choose("filter-verdict", "reproduced"), 1);
  assertEquals(await choose("search-text", "rtt_ms"), 0);
  assertEquals(await choose("filter-verdict", ""), 5);
  assertEquals(
    await page.evaluate(`document.getElementById("filter-count").textContent`),
    "5 of 24 shown",
  );
});

Deno.test("the index of 10,000 runs opens, and finds one of them", async () => {
  const folder = await Deno.makeTempDir();
  const { summary } = bandwidthPage();
  const [run] = summary.runs;
  const runs = Array.from({ length: 10_000 }, (_, seed) => ({
    ...run!,
    seed,
    runId: seed.toString(16).padStart(12, "0"),
  }));
  const pages = new Set(runs.map(({ runId }) => `${bandwidthPlace}/${runId}/report.html`));
  const href = `${bandwidthPlace}/report.html`;
  const reports = [{ summary: { ...summary, runs }, href, startedAt: null }];
  await writeSitePages(folder, { reports, sweeps: [], pages });
  await using page = await OpenPage.open(toFileUrl(join(folder, "index.html")).href);
  const found = await page.evaluate<string>(`(() => {
    const field = document.getElementById("search-text");
    field.value = "270f seed 9999";
    field.dispatchEvent(new Event("input"));
    return document.getElementById("search").innerText;
  })()`);
  assertMatch(found, /1 found[\s\S]*Run 00000000270f[\s\S]*seed 9999/);
  await page.evaluate(ask);
  await page.until(answered);
  assertEquals([await page.evaluate(answered), page.console], ["same", []]);
  await Deno.remove(folder, { recursive: true });
});
