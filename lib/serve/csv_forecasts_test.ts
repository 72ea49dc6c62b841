import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { checkCsv, forecastCsv } from "./csv_forecasts.ts";
import type { Forecaster } from "./forecaster.ts";
import { linkQuantities, stubForecaster } from "./testing.ts";

const header = ["timestamp", ...linkQuantities.map(({ name }) => name)].join(",");
const row = (minute: number) => `${60 * minute},${minute},20,0.5,2`;
const lines = (rows: number) => [header, ...Array.from({ length: rows }, (_, i) => row(i))];

/** Calls `action` with a file of these lines. */
async function withCsv(
  text: readonly string[],
  action: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text.join("\n"));
    await action(path);
  } finally {
    await Deno.remove(path);
  }
}

async function refused(text: readonly string[], model: Forecaster, ...says: string[]) {
  await withCsv(text, async (path) => {
    const { message } = await assertRejects(() => checkCsv(path, model), InputError);
    for (const part of [path, ...says]) assertStringIncludes(message, part);
  });
}

Deno.test("`forecastCsv()` forecasts once for every row that has a window behind it", async () => {
  const model = stubForecaster({ horizonSeconds: 900 });
  for (const rows of [3, 4, 66, 67, 200]) {
    await withCsv(lines(rows), async (path) => {
      const checked = await checkCsv(path, model);
      assertEquals([checked.rows, checked.forecasts], [rows, rows - 2]);
      const timestamps: number[] = [], throughputs: number[] = [];
      for await (const part of forecastCsv(checked, model)) {
        timestamps.push(...part.timestamps);
        throughputs.push(...part.values.filter((_, i) => i % 4 === 0));
      }
      const last = Array.from({ length: rows - 2 }, (_, i) => i + 2);
      assertEquals(timestamps, last.map((minute) => 60 * minute + 900));
      assertEquals(throughputs, last);
    });
  }
});

Deno.test("`checkCsv()` refuses what the model was not trained on", async () => {
  const model = stubForecaster();
  await refused(lines(2), model, "it has 2 rows", "at least 3 rows");
  await refused(lines(9), stubForecaster({ spacingSeconds: 30 }), "row 2", "30 s after");
  await refused(lines(9).with(0, header.replace("rtt_ms", "rtt")), model, 'lacks "rtt_ms"');
  await refused(lines(9).with(4, "180,3,20,1.5,2"), model, 'row 4 (line 5), column "packet_loss"');
  await assertRejects(() => checkCsv("/absent.csv", model), InputError, "no such file");
  await assertRejects(() => checkCsv("/tmp", model), InputError, "it is a folder");
});

Deno.test({
  name: "`checkCsv()` refuses what cannot be read twice",
  ignore: Deno.build.os === "windows",
  async fn() {
    await assertRejects(() => checkCsv("/dev/null", stubForecaster()), InputError, "no plain file");
  },
});

Deno.test("`forecastCsv()` refuses a file that was changed since it was checked", async () => {
  const model = stubForecaster();
  await withCsv(lines(9), async (path) => {
    const checked = await checkCsv(path, model);
    await Deno.writeTextFile(path, lines(9).with(9, "480,8.5,20,0.5,2").join("\n"));
    await assertRejects(
      () => Array.fromAsync(forecastCsv(checked, model)),
      InputError,
      "changed while it was read",
    );
  });
});

Deno.test("`forecastCsv()` names the rows of which a model makes no finite number", async () => {
  const model = stubForecaster({
    predict: (windows) => {
      const values = new Float32Array(windows.length / 3);
      const last = windows.findIndex((value, i) => i % 12 === 8 && value === 70);
      if (last >= 0) values[4 * Math.floor(last / 12) + 1] = Infinity;
      return Promise.resolve(values);
    },
  });
  await withCsv(lines(100), async (path) => {
    const checked = await checkCsv(path, model);
    // Row 71 is of minute 70.
    await assertRejects(
      () => Array.fromAsync(forecastCsv(checked, model)),
      InputError,
      'of the rows 69 to 71, model "stub-1" makes Infinity for "rtt_ms"',
    );
  });
});
