import { basename, dirname, join } from "@std/path";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { writeChecksums } from "../run/checksums.ts";
import { rebuildPages, writePages } from "./collect.ts";
import { publishSite } from "./site.ts";
import { bandwidthPage } from "./testdata/bandwidth.ts";
import { bandwidthPlace as place, withReports } from "./testdata/reports.ts";

const runIds = bandwidthPage().summary.runs.map(({ runId }) => runId);

Deno.test("`rebuildPages()` writes the pages of every report, their runs and the index", async () => {
  await withReports(async (reports) => {
    const skipped: string[] = [];
    const written = await rebuildPages(reports, (message) => skipped.push(message));
    assertEquals(skipped, []);
    assertEquals(written, [
      ...runIds.map((runId) => `${place}/${runId}/report.html`),
      `${place}/report.html`,
      "index.html",
    ]);
    const page = await Deno.readTextFile(join(reports, place, "report.html"));
    assertStringIncludes(page, "On trial: claims/002");
    assertStringIncludes(page, "Figure 7.");
    await writePages(reports, "bandwidth-predictor", "quick");
    assertEquals(await Deno.readTextFile(join(reports, place, "report.html")), page);
  });
});

Deno.test("`rebuildPages()` names each damaged file and shows the rest", async () => {
  await withReports(async (reports) => {
    const [first, second, third] = runIds.map((runId) => join(reports, place, runId));
    await Deno.writeTextFile(join(first!, "events.jsonl"), "broken\n{}\n");
    await Deno.writeTextFile(join(first!, "figures", "v2-residuals.vl.json"), "{");
    await Deno.remove(join(second!, "manifest.json"));
    await Deno.writeTextFile(join(third!, "result.json"), '{"schema":"assay/result@9"}');
    await Deno.mkdir(join(reports, "other", "quick"), { recursive: true });
    await Deno.writeTextFile(join(reports, "other", "quick", "summary.json"), "[]");
    const skipped: string[] = [];
    const written = await rebuildPages(reports, (message) => skipped.push(message));
    assertEquals(written, [
      `${place}/${runIds[0]}/report.html`,
      `${place}/report.html`,
      "index.html",
    ]);
    for (
      const file of [
        join(first!, "events.jsonl"),
        join(first!, "figures", "v2-residuals.vl.json"),
        second!,
        join(third!, "result.json"),
        join(reports, "other", "quick", "summary.json"),
      ]
    ) assert(skipped.some((message) => message.includes(file)), `${file} in ${skipped.join("\n")}`);
    assertEquals(skipped.length, 5);
  });
});

Deno.test("`publishSite()` shows and copies nothing that was altered, and names it", async () => {
  await withReports(async (reports) => {
    const [first, second, third] = runIds.map((runId) => join(reports, place, runId));
    const change = async (path: string, from: string | RegExp, to: string) => {
      const text = await Deno.readTextFile(path);
      assert(text.replace(from, to) !== text, path);
      await Deno.writeTextFile(path, text.replace(from, to));
    };
    const altered = [
      join(first!, "figures", "v2-residuals.vl.json"),
      join(first!, "events.jsonl"),
      join(second!, "result.json"),
      join(third!, "manifest.json"),
    ];
    await change(altered[0]!, /"title": "/, '"title": "Better ');
    await change(altered[1]!, '"value":0', '"value":1');
    await change(altered[2]!, '"seed": ', '"seed": 1');
    await change(altered[3]!, '"startedAt": "2', '"startedAt": "3');
    const skipped: string[] = [];
    const site = join(reports, "site");
    const files = await publishSite(reports, site, (message) => skipped.push(message));
    for (const path of altered) {
      const named = skipped.some((text) =>
        text.includes(dirname(path)) && text.includes(basename(path))
      );
      assert(named, `${path} in ${skipped.join("\n")}`);
    }
    assertEquals(files.filter((path) => /residuals\.vl|manifest/.test(path)), [
      `${place}/${runIds[0]}/manifest.json`,
    ]);
    assertEquals(
      (await Deno.readTextFile(join(site, place, "report.html"))).includes("Better"),
      false,
    );
  });
});

Deno.test("`rebuildPages()` builds the other pages when a figure cannot be drawn", async () => {
  await withReports(async (reports) => {
    const figure = {
      name: "bad",
      title: "Bad",
      caption: "",
      spec: { data: { url: "https://example.org" }, mark: "bar" },
    };
    await Deno.writeTextFile(
      join(reports, place, runIds[0]!, "figures", "bad.vl.json"),
      JSON.stringify(figure),
    );
    await writeChecksums(join(reports, place, runIds[0]!));
    const skipped: string[] = [];
    assertEquals(await rebuildPages(reports, (message) => skipped.push(message)), ["index.html"]);
    assertStringIncludes(skipped[0]!, 'Cannot render the figure "bad": "data.url"');
    await assertRejects(
      () => writePages(reports, "bandwidth-predictor", "quick"),
      InputError,
      "bad",
    );
  });
});

Deno.test("`publishSite()` gathers pages, JSON and figures, links whole, and replaces the old site", async () => {
  await withReports(async (reports) => {
    const site = join(reports, "site");
    await Deno.mkdir(site);
    await Deno.writeTextFile(join(site, "old.html"), "old");
    const files = await publishSite(reports, site);
    assertEquals(
      files,
      [
        `${place}/report.html`,
        `${place}/summary.json`,
        ...runIds.flatMap((runId) => [
          `${place}/${runId}/figures/v2-predicted-against-actual.vl.json`,
          `${place}/${runId}/figures/v2-residuals-over-row.vl.json`,
          `${place}/${runId}/figures/v2-residuals.vl.json`,
          `${place}/${runId}/manifest.json`,
          `${place}/${runId}/report.html`,
          `${place}/${runId}/result.json`,
        ]),
        ...["claims", "experiments", "index", "runs", "sweeps"].map((name) => `api/${name}.json`),
        ...["SHA256SUMS", "claims.html", "experiments.html", "index.html"],
      ].sort(),
    );
    for (const file of files) assert((await Deno.stat(join(site, file))).isFile);
    assertEquals([...Deno.readDirSync(site)].map(({ name }) => name).sort(), [
      "SHA256SUMS",
      "api",
      "bandwidth-predictor",
      "claims.html",
      "experiments.html",
      "index.html",
    ]);
    assertEquals((await Deno.stat(site)).mode! & 0o777, 0o755);
    const leftovers = [...Deno.readDirSync(reports)].map(({ name }) => name).sort();
    assertEquals(leftovers, [".locks", "bandwidth-predictor", "records", "site"]);
    assertEquals(await publishSite(reports, site), files);
  });
});

Deno.test("`publishSite()` leaves the old site alone when it fails", async () => {
  await withReports(async (reports) => {
    const site = join(reports, "site");
    await publishSite(reports, site);
    // A run id that leads outside: the page's links to it must not be published.
    const path = join(reports, place, "summary.json");
    const summary = JSON.parse(await Deno.readTextFile(path));
    summary.runs[0].runId = `../quick/${runIds[0]}`;
    await Deno.writeTextFile(path, JSON.stringify(summary));
    const result = join(reports, place, runIds[0]!, "result.json");
    const changed = { ...JSON.parse(await Deno.readTextFile(result)), runId: "//example.org" };
    await Deno.writeTextFile(result, JSON.stringify(changed));
    await writeChecksums(join(reports, place, runIds[0]!));
    await assertRejects(() => publishSite(reports, site), InputError, "Cannot publish");
    assert((await Deno.stat(join(site, place, "report.html"))).isFile);
    assertEquals([...Deno.readDirSync(reports)].map(({ name }) => name).sort(), [
      ".locks",
      "bandwidth-predictor",
      "records",
      "site",
    ]);
  });
});
