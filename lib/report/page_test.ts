import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import type { Event } from "../run/schema.ts";
import { type PageInput, renderPage, renderRunPage } from "./page.ts";
import { renderIndex } from "./index_page.ts";
import { fitHistories } from "./sections/figures.ts";
import { arrange } from "./sections/metrics.ts";
import { references } from "./site/links.ts";
import { colours } from "./style.ts";
import { type Tone, tones } from "./theme.ts";
import { bandwidthPage } from "./testdata/bandwidth.ts";

/** The page without scripts, styles, figures and tags: what is left to read. */
function text(page: string): string {
  return page.replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, "").replace(/<[^>]*>/g, " ").replace(
    /\s+/g,
    " ",
  );
}

function withClaim(input: PageInput, says: string): PageInput {
  const claims = input.summary.claims.map((claim, i) => i === 0 ? { ...claim, says } : claim);
  return { ...input, summary: { ...input.summary, claims } };
}

const nothing: PageInput = {
  experiment: { name: "empty", title: "Nothing was asked" },
  summary: {
    schema: "assay/summary@1",
    experiment: "empty",
    title: "Nothing was asked",
    profile: "quick",
    verdict: "pass",
    reasons: [],
    targets: [],
    claims: [],
    runs: [],
  },
  runs: [],
};

Deno.test("`renderPage()` gives the same bytes each time", async () => {
  assertEquals(await renderPage(bandwidthPage()), await renderPage(bandwidthPage()));
});

Deno.test("`renderPage()` puts the verdict before everything else, in words", async () => {
  const read = text(await renderPage(bandwidthPage()));
  const order = [
    "Four link metrics",
    "Pass All 5 targets are met over 3 seeds.",
    "A recurrent network",
    "0.98642 ± 0.00013",
  ];
  const places = order.map((part) => read.indexOf(part));
  assertEquals(places, [...places].sort((a, b) => a - b));
  assert(places[0]! >= 0);
  assertStringIncludes(read, "22 refuted");
});

Deno.test("`renderPage()` holds every section, figure, digest and command", async () => {
  const input = bandwidthPage();
  const page = await renderPage(input);
  for (
    const id of [
      "targets",
      "claims",
      "figures",
      "metrics",
      "findings",
      "configuration",
      "provenance",
      "digests",
      "reproduce",
    ]
  ) {
    assertStringIncludes(page, `<section id="${id}"`);
    assertStringIncludes(page, `href="#${id}"`);
  }
  // Four over all seeds and the first run's three.
  assertEquals(page.match(/<figure /g)?.length, 7);
  assertEquals(page.match(/<svg xmlns/g)?.length, 7);
  for (const { digests, runId } of input.summary.runs) {
    for (const digest of Object.values(digests)) assertStringIncludes(page, digest);
    assertStringIncludes(page, `deno task verify ${runId}`);
    assertStringIncludes(page, `href="${runId}/report.html"`);
  }
  assertStringIncludes(page, "npx -y deno@2.9.6 task experiment bandwidth-predictor");
});

Deno.test("`renderPage()` says that a verdict failed, why, and that a claim's verdict changed", async () => {
  const input = bandwidthPage();
  const [target, ...targets] = input.summary.targets;
  const [claim, ...claims] = input.summary.claims;
  const read = text(
    await renderPage({
      ...input,
      summary: {
        ...input.summary,
        verdict: "fail",
        reasons: ["target x ≥ 1: not enough evidence"],
        targets: [{ ...target!, verdict: "not enough evidence", seedsToDecide: 7 }, ...targets],
        claims: [{ ...claim!, expected: "reproduced" }, ...claims],
      },
    }),
  );
  assertStringIncludes(read, "Fail");
  assertStringIncludes(read, "target x ≥ 1: not enough evidence");
  assertStringIncludes(read, "7 seeds would decide at this spread");
  assertStringIncludes(read, "On record: reproduced. The verdict changed.");
  assertStringIncludes(read, "1 verdict changed against the record");
});

Deno.test("`renderPage()` escapes what others wrote, in text, attributes, styles and scripts", async () => {
  const attack = `</script></title></style><img src=x onerror="alert(1)">'"\u2028`;
  const input = withClaim(bandwidthPage(), attack);
  const [first, ...rest] = input.runs;
  const { spec } = first!.figures[0]!;
  const values = [{ label: attack, x: 1 }];
  const labelled = {
    data: { values },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" }, y: { field: "label", type: "nominal" } },
  };
  const figures = [{ name: "attack", title: attack, caption: attack, spec: labelled }, {
    ...first!.figures[0]!,
    spec,
  }];
  const whole = await renderPage({
    ...input,
    experiment: { name: attack, title: attack, source: attack, summary: attack },
    runs: [{ ...first!, figures }, ...rest],
  });
  // The bundles below hold whatever they hold.
  const page = whole.slice(0, whole.indexOf("<script>"));
  assert(!page.includes("<img"));
  assertEquals(page.match(/<\/title>/g)?.length, 1);
  assertEquals(page.match(/<\/style>/g)?.length, 1);
  assertEquals(page.match(/<script/g)?.length, page.match(/<\/script>/g)?.length);
  const specs = [...page.matchAll(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/g)];
  assertEquals(JSON.parse(specs[4]![1]!).spec.data.values, values);
});

Deno.test("`renderPage()` refers to nothing outside and allows its own scripts only", async () => {
  const page = await renderPage(bandwidthPage());
  for (const address of references(page)) {
    assertMatch(address, /^(?:#|data:,$|\.\.\/|[0-9a-f]{12}\/|summary\.json$)/);
  }
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  assertStringIncludes(policy!, "default-src &#39;none&#39;");
  assert(!/script-src[^;]*unsafe/.test(policy!));
  assertEquals(policy!.match(/sha256-/g)?.length, 5);
});

Deno.test("`renderPage()` shows an experiment without targets, claims or readable runs", async () => {
  const read = text(await renderPage(nothing));
  assertStringIncludes(read, "No target is set; 0 seeds ran.");
  const runs = bandwidthPage().summary.runs;
  const page = await renderPage({ ...nothing, summary: { ...nothing.summary, runs } });
  assertStringIncludes(page, "The run&#39;s files could not be read");
});

Deno.test("`renderPage()` shows a missing number as a dash that says why", async () => {
  const page = await renderPage(bandwidthPage());
  assertStringIncludes(page, '<span class="none" title="No run reports this number">–</span>');
});

Deno.test("`renderPage()` names the experiment's own figure when it cannot be drawn", async () => {
  const input = bandwidthPage();
  const [first, ...rest] = input.runs;
  const figure = { ...first!.figures[0]!, spec: { mark: "line" } };
  await assertRejects(
    () => renderPage({ ...input, runs: [{ ...first!, figures: [figure] }, ...rest] }),
    InputError,
    'Cannot render the figure "v2-predicted-against-actual": ',
  );
});

Deno.test("`renderRunPage()` judges by that run alone and shows its own figures", async () => {
  const input = bandwidthPage();
  const { result } = input.runs[1]!;
  const page = await renderRunPage(input, result.runId);
  const value = result.metrics["v2/test/correlation/mean"]!.toFixed(4);
  assertStringIncludes(page, `<span class="num">${value}</span>`);
  assert(!text(page).includes("±"));
  assertStringIncludes(page, 'href="../report.html"');
  assertStringIncludes(page, 'href="../../../index.html"');
  assertStringIncludes(text(page), "loss-spike");
});

Deno.test("`renderIndex()` lists verdicts, counts and links", async () => {
  const { summary } = bandwidthPage();
  const page = await renderIndex([
    {
      summary,
      href: "bandwidth-predictor/quick/report.html",
      startedAt: "2026-11-20T12:34:56.000Z",
    },
    {
      summary: { ...nothing.summary, verdict: "fail" },
      href: "empty/quick/report.html",
      startedAt: null,
    },
  ]);
  assertStringIncludes(page, 'href="bandwidth-predictor/quick/report.html"');
  const read = text(page);
  assertStringIncludes(read, "2 experiments, 2 reports: 1 pass, 1 fail.");
  assertStringIncludes(read, "5 of 5 1 reproduced, 22 refuted, 1 not testable 3 2026-11-20");
  assertEquals(page.match(/<script>/g)?.length, 1);
  assert(!page.includes('id="search"'));
});

Deno.test("`arrange()` tells targets from averages and leaves single scores out", () => {
  const names = [
    "parameters",
    "v1/test/correlation/mean",
    "v1/test/jitter_ms/correlation",
    "v1/test/skill/persistence",
    "v1/test/a/b/c",
    "v2/validation/x/mae",
    "v2/validation/y/mae",
    "v2/validation/y/once",
  ];
  assertEquals(arrange(names).map(({ set, row, score }) => [set, row, score].join(" ")), [
    "v1/test mean correlation",
    "v1/test jitter_ms correlation",
    "v2/validation x mae",
    "v2/validation y mae",
  ]);
});

Deno.test("`fitHistories()` reads each fit's epochs and leaves broken ones out", () => {
  const event = (tag: string, epoch: number | undefined, value: number | null): Event => ({
    step: 1,
    tag,
    value,
    ...(epoch !== undefined && { epoch }),
  });
  const found = fitHistories(4, [
    event("a/b/train/loss", 1, 2),
    event("a/b/validation/loss", 1, 3),
    event("a/b/learning_rate", 1, 0.1),
    event("a/b/train/loss", 2, null),
    event("a/b/validation/loss", 2, 1),
    event("other/train/loss", undefined, 1),
  ]);
  assertEquals(found, [{
    fit: "a/b",
    seed: 4,
    epochs: [{ epoch: 1, trainLoss: 2, validationLoss: 3 }],
  }]);
});

Deno.test("`colours` keep a contrast of 4.5 between text and paper, light and dark", () => {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const { paper, sheet, rule: _, ...texts } = colours;
  const { grid: _grid, paper: _paper, ...marks } = tones;
  for (const side of ["light", "dark"] as const) {
    for (const [name, tone] of Object.entries<Tone>({ ...texts, ...marks })) {
      const found = contrast(tone[side], paper[side]);
      assert(found >= 4.5, `${name} on ${side} paper: ${found}`);
    }
    assert(contrast(colours.ink[side], sheet[side]) >= 4.5);
  }
});
