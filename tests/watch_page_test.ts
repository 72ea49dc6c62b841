// The live page as a reader has it: in a browser, while runs go on.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { root } from "../lib/cli/streams.ts";
import { everything } from "../lib/watch/scope.ts";
import { serveWatch } from "../lib/watch/serve.ts";
import { loss, ScriptedRun, withReports } from "../lib/watch/testing.ts";
import { seriousViolations } from "./axe.ts";
import { OpenPage } from "./browser.ts";

const lineFit = {
  experiment: "line-fit",
  file: "tests/testdata/line_fit.ts",
  config: { points: 200, noise: 0.1, epochs: 20, steepness: 1, notes: "" },
};

/** Serves the runs of a folder to a page, and stops when `action` is done. */
async function watched(
  reports: string,
  action: (page: OpenPage, stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const { port, finished } = await serveWatch({
    reports,
    scope: everything,
    root,
    port: 0,
    stop: stopping.signal,
    pause: 20,
    onError: (error) => {
      throw error;
    },
  });
  const stop = async () => {
    stopping.abort();
    await finished;
  };
  try {
    await using page = await OpenPage.open(`http://127.0.0.1:${port}/`);
    await action(page, stop);
  } finally {
    await stop();
  }
}

/** Whether the page says this. */
const says = (text: string) => `document.body.innerText.includes(${JSON.stringify(text)})`;

/** Lines of the charts that have been drawn, longer than a point. */
const lines = `document.querySelectorAll(".plot .mark-line path[d*='L']").length`;

Deno.test("the live page follows runs: curves, states, findings, targets as they stand", () =>
  withReports((reports) =>
    watched(reports, async (page) => {
      await page.until(says("Nothing yet"));
      const [first, second] = [1, 2].map((seed) => new ScriptedRun(reports, { ...lineFit, seed }));
      first!.begin();
      await page.until(says("1 running"));
      await page.until(says("not yet"));
      assert(await page.evaluate(says("A line through noisy points")));
      first!.say(loss(1, 3), loss(1, 4, "validation"), loss(2, 1), loss(2, 2, "validation"));
      await page.until(`${lines} === 2`);
      const before = await page.evaluate(`document.querySelector(".mark-line path").outerHTML`);
      first!.say(loss(3, 0.5)).say({ step: 3, tag: "line/finding/loss-swings", value: 1 });
      await page.until(
        `document.querySelector(".mark-line path").outerHTML !== ${JSON.stringify(before)}`,
      );
      await page.until(says("Findings: 1"));
      second!.begin().say(loss(1, 3), loss(2, 1));
      await page.until(`${lines} === 3`);
      first!.finish({
        metrics: { "test/slope": 0.99, "test/rmse": 0.1 },
        units: {
          "test/slope": { unit: "", better: "higher" },
          "test/rmse": { unit: "", better: "lower" },
        },
      });
      await page.until(says("targets 1 of 1 met so far"));
      assert(await page.evaluate(says("Judged over 1 seed of 3")));
      assertEquals(
        await page.evaluate(`document.getElementById("said").textContent`),
        "line-fit, quick, seed 1: finished.",
      );
      second!.stop();
      await page.until(says("1 stopped"));
      assertEquals(await page.evaluate("document.title"), "1 stopped · Runs · Assay");
      assertEquals(await page.evaluate("document.body.dataset.error"), undefined);
      assertEquals(page.console, []);
    })
  ));

Deno.test("the live page has no serious violation of accessibility, empty or full, light or dark", () =>
  withReports((reports) =>
    watched(reports, async (page) => {
      await page.until(says("Nothing yet"));
      assertEquals(await seriousViolations(page), []);
      for (const rate of [0.1, 0.2, 0.3]) {
        const config = { ...lineFit.config, noise: rate };
        new ScriptedRun(reports, { ...lineFit, config }).begin()
          .say(loss(1, 3), loss(2, 100), loss(1, 4, "validation"), loss(2, 2, "validation"))
          .say({ step: 1, tag: "score", value: 1 }, { step: 2, tag: "line/finding/x", value: 1 });
        new ScriptedRun(reports, { ...lineFit, config, seed: 2 }).begin().finish();
      }
      await page.until(says("3 running"));
      await page.until(`document.body.dataset.ready && ${lines} === 6`);
      await page.until(says("met so far"));
      await page.evaluate(
        `document.querySelectorAll("details").forEach((part) => part.open = true)`,
      );
      for (const look of [{}, { dark: true }, { width: 380 }]) {
        await page.look(look);
        assertEquals(await seriousViolations(page), [], JSON.stringify(look));
      }
    })
  ));

Deno.test("the live page keeps focus and what was unfolded, and can be paused from the keyboard", () =>
  withReports((reports) =>
    watched(reports, async (page) => {
      const run = new ScriptedRun(reports).begin().say(loss(1, 3), loss(2, 2));
      await page.until(`${lines} === 1`);
      await page.evaluate(`document.querySelector(".values > summary").focus()`);
      await page.press("Enter");
      await page.until(`document.querySelector(".values").open`);
      run.say(loss(3, 0.125));
      await page.until(says("0.1250"));
      assert(await page.evaluate(`document.querySelector(".values").open`));
      assertEquals(
        await page.evaluate("document.activeElement.closest('figure') !== null"),
        true,
      );
      await page.evaluate(`document.getElementById("pause").focus()`);
      await page.press(" ");
      await page.until(`document.getElementById("pause").getAttribute("aria-pressed") === "true"`);
      run.say(loss(4, 0.0625));
      run.finish();
      await new Promise((wait) => setTimeout(wait, 300));
      assert(await page.evaluate(says("1 running")));
      await page.press(" ");
      await page.until(says("1 finished"));
      await page.until(says("0.06250"));
    })
  ));

Deno.test("the live page says when the watch has ended, and keeps what it shows", () =>
  withReports((reports) =>
    watched(reports, async (page, stop) => {
      new ScriptedRun(reports).begin().say(loss(1, 3), loss(2, 2));
      await page.until(`${lines} === 1`);
      await stop();
      await page.until(`document.body.dataset.line === "ended"`);
      const text = await page.evaluate<string>("document.body.innerText");
      assertStringIncludes(text, "The watch has ended");
      assertStringIncludes(text, "1 running");
    })
  ));
