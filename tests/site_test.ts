/** A site built while runs are made, twice at once, and again: what is in it is whole, and follows from its runs. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { atLeast, claim, experiment, target, z } from "../mod.ts";
import { publishSite } from "../lib/report/site.ts";
import {
  claimsSchema,
  experimentsSchema,
  indexSchema,
  runsSchema,
  sweepsSchema,
} from "../lib/report/site/documents.ts";
import { writeChecksums } from "../lib/run/checksums.ts";
import { fileDigest, namesIn, readJson, writeJson } from "../lib/run/files.ts";
import { resultSchema, type Summary, summarySchema } from "../lib/run/schema.ts";
import { summarise } from "../lib/run/summarise.ts";
import { ScriptedRun, withReports } from "../lib/watch/testing.ts";

const demo = experiment({
  name: "demo",
  title: "A number",
  source: "a document",
  config: z.object({}),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [target("r", atLeast(0.4), { because: "half of it" })],
  claims: [claim("r", atLeast(0.9), { says: "it is 0.9", source: "page 1", expect: "refuted" })],
  run: () => Promise.resolve({ metrics: {} }),
});

/** Makes a run, and makes it again where it is there, as the harness does: beside its place, then renamed. */
async function make(run: ScriptedRun, seconds: number): Promise<void> {
  const result = { seconds: { total: seconds, train: seconds } };
  const old = `${run.complete}.old`;
  const there = await Deno.stat(run.complete).then(() => true, () => false);
  if (there) await Deno.rename(run.complete, old);
  run.begin().finish(result);
  // What is complete moves in one step, so the checksums come before it does.
  await Deno.rename(run.complete, run.partial);
  await writeJson(join(run.partial, "manifest.json"), {
    ...run.manifest,
    startedAt: new Date(1e12 + 1000 * seconds).toISOString(),
  });
  await writeChecksums(run.partial);
  await Deno.rename(run.partial, run.complete);
  if (there) await Deno.remove(old, { recursive: true });
}

/** Two runs of the experiment and their summary. */
async function makeReport(reports: string): Promise<ScriptedRun[]> {
  const runs = [1, 2].map((seed) => new ScriptedRun(reports, { seed }));
  for (const run of runs) await make(run, 1);
  await writeSummary(reports, runs);
  return runs;
}

async function writeSummary(
  reports: string,
  runs: readonly ScriptedRun[],
  change: (summary: Summary) => Summary = (summary) => summary,
): Promise<void> {
  const results = await Promise.all(
    runs.map(({ complete }) => readJson(join(complete, "result.json"), resultSchema)),
  );
  const folder = join(reports, "demo", "quick");
  const summary = change(summarise(demo as never, results.map((result) => result!)));
  await writeJson(join(folder, "summary.json"), summary);
  await writeChecksums(folder, ["summary.json"]);
}

/** What a page states of a document it carries, and the digest of the file beside it. */
async function stated(site: string, run: string, document: string): Promise<[string, string]> {
  const page = await Deno.readTextFile(join(site, run, "report.html"));
  const [, digest] = new RegExp(
    `href="${document}"><code>${document}</code></a></th><td class="text"><code id="digest-\\d">([0-9a-f]{64})`,
  ).exec(page)!;
  return [digest!, await fileDigest(join(site, run, document))];
}

Deno.test("a site built while runs are made again has each as one making left it", () =>
  withReports(async (reports) => {
    const runs = await makeReport(reports);
    const site = join(reports, "site");
    let going = true;
    const making = (async () => {
      for (let seconds = 2; going; seconds++) {
        for (const run of runs) await make(run, seconds);
      }
    })();
    for (let round = 0; round < 4; round++) {
      await publishSite(reports, site);
      for (const { id } of runs) {
        const place = `demo/quick/${id}`;
        if (!await Deno.stat(join(site, place)).then(() => true, () => false)) continue;
        for (const document of ["result.json", "manifest.json"]) {
          const [page, file] = await stated(site, place, document);
          assertEquals(page, file);
        }
        const { seconds } = (await readJson(join(site, place, "result.json"), resultSchema))!;
        const { startedAt } = JSON.parse(
          await Deno.readTextFile(join(site, place, "manifest.json")),
        );
        assertEquals(Date.parse(startedAt), 1e12 + 1000 * seconds.total, "of one making");
      }
      const inside = namesIn(join(site, "demo", "quick"), ({ isDirectory }) => isDirectory);
      assert(inside.every((name) => /^[0-9a-f]{12}$/.test(name)), inside.join(", "));
    }
    going = false;
    await making;
    const files = await publishSite(reports, site);
    for (const { id } of runs) assert(files.includes(`demo/quick/${id}/report.html`));
  }));

Deno.test("a run that is being made, or was cut short, is not in the site", () =>
  withReports(async (reports) => {
    const [first, second] = await makeReport(reports);
    await Deno.rename(second!.complete, second!.partial);
    await Deno.truncate(join(second!.partial, "result.json"), 100);
    const skipped: string[] = [];
    const site = join(reports, "site");
    await publishSite(reports, site, (message) => skipped.push(message));
    const { runs } = (await readJson(join(site, "api", "runs.json"), runsSchema))!;
    assertEquals(runs.map(({ runId }) => runId), [first!.id]);
    assertMatch(skipped.join("\n"), new RegExp(`Cannot show the run in .*${second!.id}`));
    await Deno.rename(second!.partial, second!.complete);
    skipped.length = 0;
    const files = await publishSite(reports, site, (message) => skipped.push(message));
    assert(!files.some((path) => path.includes(second!.id)));
    assertStringIncludes(skipped.join("\n"), join(second!.complete, "result.json"));
  }));

Deno.test("two publications at once, and one after a dead one, leave one whole site", () =>
  withReports(async (reports) => {
    await makeReport(reports);
    const site = join(reports, "site");
    await Deno.mkdir(join(reports, ".site-dead", "api"), { recursive: true });
    const [one, other] = await Promise.all([
      publishSite(reports, site),
      publishSite(reports, site),
    ]);
    assertEquals(one, other);
    for (const path of one!) assert((await Deno.stat(join(site, path))).isFile);
    const left = [...Deno.readDirSync(reports)].map(({ name }) => name).sort();
    assertEquals(left, [".locks", "demo", "site"]);
  }));

Deno.test("the same results make the same bytes, and `sha256sum --check` says so", () =>
  withReports(async (reports) => {
    await makeReport(reports);
    const [a, b] = ["site", "again"].map((name) => join(reports, name));
    for (const site of [a!, b!]) await publishSite(reports, site);
    const sums = await Deno.readTextFile(join(a!, "SHA256SUMS"));
    assertEquals(await Deno.readTextFile(join(b!, "SHA256SUMS")), sums);
    const { success } = await new Deno.Command("sha256sum", {
      args: ["--check", "--quiet", "--strict", "SHA256SUMS"],
      cwd: a!,
    }).output();
    assert(success);
  }));

Deno.test("a summary that its runs do not come to is left out and told", () =>
  withReports(async (reports) => {
    const runs = await makeReport(reports);
    const better = (summary: Summary): Summary => ({
      ...summary,
      claims: summary.claims.map((one) => ({ ...one, verdict: "reproduced", value: 0.95 })),
    });
    await writeSummary(reports, runs, better);
    const skipped: string[] = [];
    const files = await publishSite(
      reports,
      join(reports, "site"),
      (message) => skipped.push(message),
    );
    assertEquals(files.filter((path) => path.startsWith("demo")), []);
    assertEquals(skipped.length, 1);
    assertMatch(
      skipped[0]!,
      /summary\.json is not what its runs come to \(claim it is 0\.9: .*value 0\.95.*value 0\.5/,
    );
  }));

Deno.test("the JSON of a site has the documented shapes, and leads to files", () =>
  withReports(async (reports) => {
    const [first] = await makeReport(reports);
    const site = join(reports, "site");
    const files = await publishSite(reports, site);
    const read = async <S extends z.ZodType>(name: string, schema: S) =>
      (await readJson(join(site, "api", `${name}.json`), schema))!;
    const index = await read("index", indexSchema);
    const { experiments } = await read("experiments", experimentsSchema);
    const { claims } = await read("claims", claimsSchema);
    const { runs } = await read("runs", runsSchema);
    assertEquals((await read("sweeps", sweepsSchema)).sweeps, []);
    assertEquals(index.reports.map(({ verdict, targets, claims }) => [verdict, targets, claims]), [[
      "pass",
      [{ metric: "r", verdict: "pass" }],
      [{ metric: "r", verdict: "refuted", expected: "refuted" }],
    ]]);
    assertEquals(
      index.reports[0]!.sha256,
      await fileDigest(join(site, index.reports[0]!.document)),
    );
    assertEquals(experiments.map(({ name, source, profiles }) => [name, source, profiles.length]), [
      ["demo", "a document", 1],
    ]);
    assertEquals(
      claims.map(({ says, document, verdict, value }) => [says, document, verdict, value]),
      [
        ["it is 0.9", "a document", "refuted", 0.5],
      ],
    );
    assertEquals(runs[0]!.runId, first!.id);
    const paths = [
      ...index.reports,
      ...experiments.flatMap(({ profiles }) => profiles),
      ...claims,
      ...runs,
    ]
      .map(({ page }) => page);
    const documents = runs.flatMap(({ result, manifest }) => [result, manifest]);
    for (const path of [...paths, ...documents]) assert(files.includes(path), path);
    const summary = await readJson(join(site, "demo", "quick", "summary.json"), summarySchema);
    assertEquals(summary!.claims.length, 1);
  }));
