import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Agreement, agreementText, agrees } from "./agreement.ts";
import { type ExperimentRecord, type RecordableRun, recordRuns } from "./record.ts";
import { compareWithRecord } from "./check.ts";
import { type MadeRun, madeTrace, withLossChanged, withRuns } from "./testing.ts";

const seeds = [1, 2, 3];

/** Records `recorded`, compares `found` with it and hands the answer on. */
async function comparing(
  recorded: readonly MadeRun[],
  found: readonly MadeRun[],
  action: (agreement: Agreement, text: string) => void,
): Promise<void> {
  await withRuns(
    recorded,
    async (runs) =>
      await withRuns(found, async (others) => {
        const agreement = await compareWithRecord(await recordRuns(runs, ["r"]), others);
        action(agreement, agreementText(agreement, "the record"));
      }),
  );
}

const made = (more: Partial<MadeRun> = {}) => seeds.map((seed) => ({ seed, ...more }));
/** Runs of another class with these values of the one judged metric. */
const elsewhere = (...values: number[]): MadeRun[] =>
  values.map((r, i) => ({ seed: i + 1, numerics: "webgpu:x", metrics: { r, other: 0 } }));

Deno.test("`compareWithRecord()` finds the same bits, of all recorded seeds or some", async () => {
  await comparing(made(), made(), (agreement, text) => {
    assertEquals(agreement, { answer: "same bits", numerics: "wasm-fma", seeds });
    assert(agrees(agreement));
    assertEquals(
      text,
      "Same bits as the record on wasm-fma: data, weights and history of seeds 1, 2 and 3.",
    );
  });
  await comparing(made(), [{ seed: 2 }], (agreement) => assert(agrees(agreement)));
  const gpu = made({ numerics: "webgpu:x" });
  await comparing(gpu, gpu, ({ answer }) => assertEquals(answer, "same bits"));
});

Deno.test("`compareWithRecord()` says which digest differs and between which steps a history parts", async () => {
  const traces = { first: madeTrace(32, 1), second: madeTrace(160, 2) };
  const changed = { ...traces, second: withLossChanged(traces.second, 77) };
  await comparing(
    made({ traces }),
    seeds.map((seed) => ({ seed, traces: seed === 2 ? changed : traces })),
    (agreement, text) => {
      assertEquals(agreement, {
        answer: "parted",
        numerics: "wasm-fma",
        runs: [{
          seed: 2,
          digests: ["history"],
          metrics: [],
          loops: [{
            loop: "second",
            equalAfter: 70,
            partedBy: 80,
            steps: { expected: 160, found: 160 },
          }],
        }],
        sameSeeds: [1, 3],
      });
      assert(!agrees(agreement));
      assertEquals(
        text,
        "Parted from the record on wasm-fma, which promises the same bits: seed 2: history differs; " +
          "data and weights are the same; loop second is the same up to step 70 and has parted by " +
          "step 80. Seeds 1 and 3 came out with the same bits.",
      );
    },
  );
});

Deno.test("`compareWithRecord()` names other data, lost and new loops, other starts and lengths", async () => {
  const traces = { a: madeTrace(32, 1), b: madeTrace(32, 2), c: madeTrace(32, 3) };
  const { losses, fingerprints } = traces.b;
  const found = {
    b: { ...traces.b, losses: losses.subarray(0, 31), fingerprints: fingerprints.subarray(0, 64) },
    c: madeTrace(32, 4),
    d: madeTrace(8, 5),
  };
  await comparing([{ seed: 1, traces }], [{ seed: 1, traces: found, data: "else" }], (_, text) => {
    assertStringIncludes(
      text,
      "data and history differ; weights are the same; loop a did not run; ",
    );
    assertStringIncludes(
      text,
      "loop b is the same up to step 30 and ends elsewhere (31 steps instead of 32); ",
    );
    assertStringIncludes(text, "loop c starts from other weights; loop d is new.");
  });
});

Deno.test("`compareWithRecord()` finds values that changed although the bits are the same", async () => {
  const values = (r: number) => [{ seed: 1, metrics: { r } }];
  await comparing(values(0.5), values(0.5 + 1e-9), (agreement) => assert(agrees(agreement)));
  await comparing(values(0.5), values(0.6), (agreement, text) => {
    assert(!agrees(agreement));
    assertStringIncludes(text, "what differs is the evaluation; r is 0.6 instead of 0.5.");
  });
  await comparing(values(0.5), [{ seed: 1, metrics: {} }], (_, text) => {
    assertStringIncludes(text, "r is missing instead of 0.5");
  });
});

Deno.test("`compareWithRecord()` judges another class by the record's interval", async () => {
  // Recorded: 0.901, 0.902, 0.903; sd 0.001, t(0.995, 2) = 9.924843, one judged metric, three runs.
  const reach = 9.924843 * 0.001 * Math.sqrt(2 / 3);
  await comparing(made(), elsewhere(0.9, 0.902, 0.91), (agreement, text) => {
    assert(agreement.answer === "not licensed" && agrees(agreement));
    const { metrics: [r], ...statistics } = agreement.statistics!;
    assertEquals(statistics, { numerics: "wasm-fma", seeds: 3, verdict: "inside" });
    assert(
      Math.abs(r!.low! - (0.902 - reach)) < 1e-7 && Math.abs(r!.high! - (0.902 + reach)) < 1e-7,
    );
    assertStringIncludes(text, "because the runs are of webgpu:x, and it holds wasm-fma.");
    assertStringIncludes(text, "1 of 1 judged metrics lie");
  });
  await comparing(made(), elsewhere(0.9, 0.902, 0.95), (agreement, text) => {
    assert(!agrees(agreement));
    assertStringIncludes(text, "the results differ: of 1 judged metrics 1 lies outside");
    assertStringIncludes(text, "r 0.9173");
  });
  const lacking = [{ seed: 1, numerics: "js", metrics: {} }];
  await comparing(made(), lacking, (agreement, text) => {
    assert(!agrees(agreement));
    assertStringIncludes(text, "r is missing");
  });
});

Deno.test("`compareWithRecord()` wants equal values where the recorded ones are, to a millionth", async () => {
  const constant = made({ metrics: { r: 3 } });
  await comparing(constant, elsewhere(3 + 2e-6), (agreement) => assert(agrees(agreement)));
  await comparing(constant, elsewhere(3 + 4e-6), (agreement, text) => {
    assert(!agrees(agreement));
    assertStringIncludes(text, "r 3.000004, expected 3.");
  });
});

Deno.test("`compareWithRecord()` cannot judge by a single seed", () =>
  comparing([{ seed: 1 }], elsewhere(0.901), (agreement, text) => {
    assert(agreement.answer === "not licensed" && !agrees(agreement));
    assertEquals(agreement.statistics!.verdict, "cannot judge");
    assertStringIncludes(text, "a single seed on wasm-fma shows no spread");
  }));

Deno.test("`compareWithRecord()` judges new seeds and plain JavaScript by statistics", async () => {
  await comparing(made(), [{ seed: 2 }, { seed: 4 }], (agreement, text) => {
    assert(agreement.answer === "not licensed" && agrees(agreement));
    assertStringIncludes(text, "because it lacks seed 4 on wasm-fma.");
  });
  const js = made({ numerics: "js" });
  await comparing(js, js, (agreement, text) => {
    assert(agreement.answer === "not licensed" && agrees(agreement));
    assertStringIncludes(text, "promises them on one machine only");
  });
});

Deno.test("`compareWithRecord()` takes intervals of the runs' own class, else of an exact one", async () => {
  const of = (numerics: string, r: number) =>
    seeds.map((seed) => ({ seed, numerics, metrics: { r: r + seed / 1000 } }));
  await withRuns(
    [...of("js", 0.1), ...of("wasm-strict", 0.9), ...of("js", 0.1), ...of("webgpu:x", 0.9)],
    async (runs) => {
      const group = (i: number): RecordableRun[] => runs.slice(3 * i, 3 * i + 3);
      const [js, strict] = await Promise.all([0, 1].map((i) => recordRuns(group(i), ["r"])));
      const record: ExperimentRecord = {
        ...js!,
        classes: [...js!.classes, ...strict!.classes],
      };
      for (const [i, numerics] of [[2, "js"], [3, "wasm-strict"]] as const) {
        const agreement = await compareWithRecord(record, group(i));
        assert(agreement.answer === "not licensed" && agrees(agreement));
        assertEquals(agreement.statistics!.numerics, numerics);
      }
    },
  );
});

Deno.test("`compareWithRecord()` compares nothing with a record of another configuration", () =>
  comparing(made(), made({ config: { epochs: 5 } }), (agreement, text) => {
    assert(agreement.answer === "not licensed" && !agrees(agreement));
    assertEquals(agreement.statistics, null);
    assertStringIncludes(text, "the configuration is not the recorded one; deno task record demo");
  }));
