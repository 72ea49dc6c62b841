import { assert, assertEquals } from "@std/assert";
import { buildPageModule, pageModulePath } from "../../../tools/build_page.ts";
import { sha256Hex } from "../../numeric/digest.ts";
import type { Sweep } from "../../run/sweep_schema.ts";
import { pageDocuments } from "../page.ts";
import { documentDigest } from "../sections/check.ts";
import { bandwidthPage } from "../testdata/bandwidth.ts";
import { type CarriedDocument, recheck } from "./recheck.ts";

const digest = (text: string) => Promise.resolve(sha256Hex(text));

/** What the page of the bandwidth predictor carries, copied. */
function carried(): CarriedDocument[] {
  return structuredClone(
    pageDocuments(bandwidthPage()).map((one) => ({ ...one, sha256: documentDigest(one) })),
  );
}

async function differing(documents: readonly CarriedDocument[]): Promise<string[]> {
  const { checks } = await recheck(documents, digest);
  return checks.filter(({ same }) => !same).map(({ kind, about, found }) =>
    `${kind} ${about}: ${found}`
  );
}

// deno-lint-ignore no-explicit-any
const valueOf = (documents: readonly CarriedDocument[], name: string): any =>
  documents.find((one) => one.name === name)!.value;

Deno.test("the committed bundle is what its sources are bundled to; deno task build:page writes it", async () => {
  assertEquals(await Deno.readTextFile(pageModulePath), await buildPageModule());
});

Deno.test("`recheck()` finds everything as it was judged", async () => {
  const { checks, missing } = await recheck(carried(), digest);
  assertEquals(missing, []);
  assert(checks.every(({ same }) => same), JSON.stringify(checks.filter(({ same }) => !same)));
  const kinds = Map.groupBy(checks, ({ kind }) => kind);
  assertEquals(Array.from(kinds, ([kind, { length }]) => [kind, length]), [
    ["digest", 2],
    ["target", 5],
    ["claim", 24],
    ["verdict", 1],
  ]);
});

Deno.test("`recheck()` names what a changed number of a run changes, although digests were changed with it", async () => {
  const documents = carried();
  valueOf(documents, "evidence.json").runs[1].metrics["v2/test/correlation/mean"] = 0.5;
  const forged = documents.map((one) => ({ ...one, sha256: documentDigest(one) }));
  const [target, verdict, ...others] = await differing(forged);
  assertEquals(others, []);
  assert(
    /^target v2\/test\/correlation\/mean: .*verdict not enough evidence/.test(target!),
    target,
  );
  assert(/^verdict the whole: .*verdict fail/.test(verdict!), verdict);
});

Deno.test("`recheck()` names a verdict, a reason, a baseline that the runs do not give", async () => {
  const documents = carried();
  const { targets, claims } = valueOf(documents, "summary.json");
  targets[0].bestBaseline.value = 0;
  claims[1].verdict = "reproduced";
  const found = await differing(documents);
  assertEquals(found.map((text) => text.split(":")[0]), [
    "digest summary.json",
    `target ${targets[0].metric}`,
    `claim ${claims[1].says.split(":")[0]}`,
  ]);
});

Deno.test("`recheck()` says that a verdict cannot be computed without a run", async () => {
  const documents = carried();
  valueOf(documents, "evidence.json").runs.pop();
  const { missing } = await recheck(documents, digest);
  assertEquals(missing.length, 1);
  assert(missing[0]!.includes("1 of 3 runs"), missing[0]);
});

Deno.test("`recheck()` judges the cells of a sweep over the runs that are complete", async () => {
  const [evidence] = carried().filter(({ name }) => name === "evidence.json");
  const { summary: { targets }, runs } = bandwidthPage();
  const target = targets.find(({ metric }) => metric === "v2/test/mape/mean")!;
  const run = (failure: string | null) =>
    runs.map(({ result: { seed, runId, digests } }, i) => ({
      seed,
      runId: i > 0 && failure !== null ? `${i}`.repeat(12) : runId,
      digests,
      failure: i > 0 ? failure : null,
    }));
  const alone = { ...target, seeds: 1, value: runs[0]!.result.metrics[target.metric]! };
  const { ceilings, baselines } = runs[0]!.result;
  const [best] = Object.entries(baselines)
    .map(([name, scores]) => ({ name, value: scores[target.metric]! }))
    .sort((a, b) => a.value - b.value);
  const sweep = {
    schema: "assay/sweep@1",
    cells: [
      { verdict: "pass", targets: [target], metrics: {}, runs: run(null) },
      {
        verdict: null,
        targets: [{
          ...alone,
          interval: { low: null, high: null },
          ceiling: ceilings[target.metric] ?? null,
          bestBaseline: best,
        }],
        metrics: {},
        runs: run("it failed"),
      },
    ],
  } as unknown as Sweep;
  const documents = [evidence!, {
    name: "sweep.json",
    value: sweep,
    sha256: documentDigest({ value: sweep }),
  }];
  assertEquals(await differing(documents), []);
  const other = structuredClone(documents);
  valueOf(other, "sweep.json").cells[0].verdict = "fail";
  assertEquals((await differing(other)).map((text) => text.split(":")[0]), [
    "digest sweep.json",
    "cell cell 1",
  ]);
});
