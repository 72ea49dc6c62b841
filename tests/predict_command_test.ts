/**
 * `deno task predict`: forecasts in a process of its own that are those of the model on the windows of its
 * training, and what it refuses.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  canonicalJson,
  chronologicalSplit,
  metricValues,
  openSession,
  prefixNames,
  regressionMetrics,
  rootKey,
  series,
  sha256Hex,
  sliceWindows,
  targetRows,
  windowInputs,
  windows,
  windowTargets,
  writeCsv,
} from "assay";
import {
  networkTrace,
  TRACE_FEATURES,
  TRACE_TARGET_UNITS,
  TRACE_TARGETS,
} from "../data/network_trace.ts";
import { root } from "../lib/cli/streams.ts";
import { decodeModel, encodeModel } from "../lib/onnx/schema.ts";
import { namesIn } from "../lib/run/files.ts";
import { idOf, writeResult } from "../lib/run/index/testing.ts";
import { forecastMetadata } from "../lib/serve/forecast_metadata.ts";
import { linkQuantities } from "../lib/serve/testing.ts";
import { asProcess, inProcess, taskArguments, withFolder } from "./command_line.ts";
import { exportLinkModel, linkColumns, linkFrame, linkScaler } from "./link_model.ts";

/** The forecasts of CSV output. */
function readForecasts(text: string): { timestamps: number[]; values: Float32Array } {
  const [header, ...lines] = text.trimEnd().split("\n");
  assertEquals(header, ["timestamp", ...TRACE_TARGETS].join(","));
  const rows = lines.map((line) => line.split(",").map(Number));
  return {
    timestamps: rows.map(([timestamp]) => timestamp!),
    values: Float32Array.from(rows.flatMap(([, ...values]) => values)),
  };
}

Deno.test("`predict` forecasts from a run's CSV what its model does on the windows of training", () =>
  withFolder(async (folder) => {
    const [rows, window, horizon] = [300, 6, 3];
    const trace = networkTrace(rootKey(5), { preset: "v2", rows });
    const csv = join(folder, "trace.csv");
    await writeCsv(csv, trace);
    const settings = Object.entries({ data: csv, window, horizon, lstm: 8, dense: 8, epochs: 2 })
      .flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const options = ["--seed", "1", "--backend", "wasm", "--out", folder];
    const trained = await inProcess("experiment", "bandwidth-predictor", ...settings, ...options);
    const runs = join(folder, "bandwidth-predictor", "quick");
    const [runId] = namesIn(runs, ({ name }) => /^[0-9a-f]{12}$/.test(name));
    assert(runId, trained.err);
    const path = join(runs, runId, "model", "file.onnx");
    const file = await Deno.readFile(path);

    const { status, out, err } = await asProcess(folder, [
      "predict",
      ...["--run", runId.slice(0, 8), "--csv", csv],
    ]);
    assertEquals(status, 0, err);
    const found = readForecasts(out);

    // The same bits as the exported model on the windows that training cuts out of the trace itself.
    const all = windows({ rows, window, horizon });
    const inputs = windowInputs(series(trace, TRACE_FEATURES), all);
    const session = await openSession(file, { source: path });
    const shape = [all.starts.length, window, TRACE_FEATURES.length];
    const { output } = await session.run({ input: { shape, data: inputs } });
    await session.close();
    const compared = output!.data.length;
    assertEquals(found.values.subarray(0, compared), output!.data);
    // The last windows have no target yet, which is what forecasts are for.
    assertEquals(found.values.length, compared + horizon * TRACE_TARGETS.length);
    const { timestamp } = trace.columns;
    assertEquals(
      found.timestamps.slice(0, all.starts.length),
      Array.from(targetRows(all), (row) => timestamp[row]!),
    );
    assertEquals(found.timestamps.at(-1), timestamp.at(-1)! + 60 * horizon);

    // The scores of the trained model itself, as the run computed them.
    const { test } = chronologicalSplit(all.starts.length);
    const actual = windowTargets(
      series(trace, TRACE_TARGETS),
      sliceWindows(all, test),
      TRACE_TARGETS,
    );
    const predicted = found.values.subarray(4 * test.from, 4 * test.to);
    const names = { targets: TRACE_TARGETS, units: TRACE_TARGET_UNITS };
    const { metrics } = JSON.parse(await Deno.readTextFile(join(runs, runId, "result.json")));
    const scores = prefixNames(
      "file/test/",
      metricValues(regressionMetrics(actual, predicted, names)),
    );
    for (const [name, value] of Object.entries(scores)) {
      assert(Math.abs(value - metrics[name]) <= 1e-4 * Math.max(1, Math.abs(value)), name);
    }

    // As JSON.
    const json = await inProcess("predict", "--model", path, "--csv", csv, "--json");
    const document = JSON.parse(json.out);
    assertEquals(canonicalJson(document), json.out.replaceAll("\n", ""));
    const { schema, model, horizonSeconds, forecasts } = document;
    assertEquals([schema, horizonSeconds], ["assay/forecasts@1", 60 * horizon]);
    assertEquals([model.runId, model.digests.file, model.window], [runId, sha256Hex(file), window]);
    assertEquals(document.csv, { rows, sha256: sha256Hex(await Deno.readFile(csv)) });
    assertEquals(
      forecasts.flatMap((row: Record<string, number>) => TRACE_TARGETS.map((name) => row[name])),
      [...found.values],
    );

    // A model that is no longer the run's.
    file[1000]! ^= 1;
    await Deno.writeFile(path, file);
    await refuses(["--run", runId, "--csv", csv, "--out", folder], runId, "was altered");
  }));

async function refuses(args: string[], ...says: string[]): Promise<void> {
  const { status, out, err } = await inProcess("predict", ...args);
  assertEquals([status, out], [2, ""], err);
  for (const part of says) assertStringIncludes(err.replaceAll("\n", " "), part);
}

const header = ["timestamp", ...linkColumns].join(",");
/** A valid file of a link as lines; row `i` (from 1) stands in line `i + 1`. */
const linkLines = (rows: number) => [
  header,
  ...Array.from({ length: rows }, (_, i) => `${60 * i},${90 + i % 7},2${i % 10},0.01,2`),
];

/** Calls `action` with a folder that holds a model and a file of ten rows. */
function withLink(
  action: (folder: string, model: string, csv: string) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const [model, csv] = [join(folder, "link.onnx"), join(folder, "link.csv")];
    await Deno.writeFile(model, await exportLinkModel(1));
    await Deno.writeTextFile(csv, linkLines(10).join("\n"));
    await action(folder, model, csv);
  });
}

Deno.test("`predict` refuses options that name no model, no file or both models", () =>
  withLink(async (folder, model, csv) => {
    await refuses([], "--csv is missing");
    await refuses(["--csv", csv], "--run or --model is missing");
    await refuses(["--csv", csv, "--model", model, "--run", "abcd"], "are both given");
    await refuses(
      ["--csv", csv, "--model", model, "--name", "v1"],
      "--name is for a model of --run",
    );
    await refuses(["--csv", join(folder, "no.csv"), "--model", model], "no.csv", "no such file");
    await refuses(["--csv", csv, "--model", join(folder, "no.onnx")], "Cannot read the model");
    await refuses(["--csv", csv, "--run", "abcd", "--out", folder], 'Cannot find run "abcd"');
  }));

Deno.test("`predict` refuses a model that it cannot forecast with", () =>
  withLink(async (_folder, model, csv) => {
    const refusesModel = async (file: Uint8Array, ...says: string[]) => {
      await Deno.writeFile(model, file);
      await refuses(["--model", model, "--csv", csv], model, ...says);
    };
    const whole = await exportLinkModel(1);
    await refusesModel(new Uint8Array(), "Cannot");
    await refusesModel(new TextEncoder().encode(header), "Cannot");
    await refusesModel(whole.subarray(0, whole.length / 2), "Cannot");
    await refusesModel(whole.map((byte, i) => i === 700 ? byte ^ 1 : byte), "damaged");
    const { metadata_props: entries, ...parts } = decodeModel(whole, model);
    const newer = encodeModel({
      ...parts,
      metadata_props: entries.filter(({ key }) => key !== "sha256"),
      opset_import: [{ domain: "", version: 99 }],
    });
    await refusesModel(newer, "operator set 99");
    await refusesModel(await exportLinkModel(1, { metadata: {} }), 'no entry "forecast"');
    await refusesModel(await exportLinkModel(1, { scalers: null }), "no scalers");
    const wide = [...linkQuantities, { name: "queue_depth", unit: "" }];
    const wrong = forecastMetadata({ ...linkFrame, features: wide });
    await refusesModel(await exportLinkModel(1, { metadata: wrong }), "[batch, window, 5]");
    const output = { ...linkScaler, columns: linkColumns.toReversed() };
    await refusesModel(
      await exportLinkModel(1, { scalers: { input: linkScaler, output } }),
      "its metadata names the targets throughput_mbps",
      "scalers are of jitter_ms",
    );
    const metadata = {
      ...forecastMetadata(linkFrame),
      scalers: canonicalJson({ input: linkScaler, output }),
      scalers_sha256: sha256Hex(canonicalJson({ input: linkScaler, output: linkScaler })),
    };
    await refusesModel(
      await exportLinkModel(1, { metadata, scalers: null }),
      "not those it was exported with",
    );
  }));

Deno.test("`predict` refuses a CSV file that the model was not made for, before any forecast", () =>
  withLink(async (_folder, model, csv) => {
    const refusesCsv = async (lines: readonly string[], ...says: string[]) => {
      await Deno.writeTextFile(csv, lines.join("\n"));
      for (const more of [[], ["--json"]]) {
        await refuses(["--model", model, "--csv", csv, ...more], csv, ...says);
      }
    };
    const lines = linkLines(200);
    await refusesCsv([], "it is empty");
    await refusesCsv([header], "a header but no rows");
    await refusesCsv(linkLines(2), "it has 2 rows", "at least 3 rows");
    await refusesCsv(lines.with(0, header.replace("rtt_ms", "rtt")), 'lacks "rtt_ms"', '"rtt"');
    await refusesCsv(lines.with(150, "8940,90,fast,0,2"), 'row 150 (line 151), column "rtt_ms"');
    await refusesCsv(lines.with(150, "8940,90,20,1.01,2"), 'column "packet_loss"', "At most 1");
    await refusesCsv(lines.toSpliced(150, 1), "row 150", "120 s after the row before");
    await refusesCsv(lines.filter((_, i) => i % 2 === 0), "Every row has to come 60 s after");
  }));

Deno.test("`predict` takes a run's only model, or the one that is named", () =>
  withLink(async (folder, _model, csv) => {
    const runId = idOf(1);
    writeResult(folder);
    const models = join(folder, "demo", "quick", runId, "model");
    const put = async (name: string, run: string) => {
      const metadata = { ...forecastMetadata(linkFrame), run_id: run };
      await Deno.writeFile(join(models, name), await exportLinkModel(1, { metadata }));
    };
    const args = ["--run", runId, "--csv", csv, "--out", folder];
    await Deno.mkdir(models);
    await refuses(args, `run ${runId}`, "it exported none");
    await put("one.onnx", runId);
    assertEquals((await inProcess("predict", ...args)).status, 0);
    await put("two.onnx", idOf(2));
    await refuses(args, "it exported 2, one, two", "--name");
    await refuses([...args, "--name", "three"], 'it has no "three", but one, two');
    await refuses([...args, "--name", "two"], `model/two.onnx is of run ${idOf(2)}`);
    assertEquals((await inProcess("predict", ...args, "--name", "one")).status, 0);
  }));

Deno.test("`predict` marks forecasts that broke off, and exits with 2", () =>
  withLink(async (_folder, model, csv) => {
    const output = { ...linkScaler, mean: [3.4e38, 0, 0, 0], scale: [3.4e38, 1, 1, 1] };
    const scalers = { input: { ...linkScaler, scale: [1, 1, 1, 1] }, output };
    // Of one of the two the sum is beyond f32. One after the other: they share this process's device.
    const ended = [];
    for (const sign of [1, -1]) {
      const path = `${model}.${sign}`;
      const mean = output.mean.map((value) => sign * value);
      const signed = { ...scalers, output: { ...output, mean } };
      await Deno.writeFile(path, await exportLinkModel(1, { scalers: signed }));
      const args = ["predict", "--model", path, "--csv", csv];
      ended.push([await inProcess(...args), await inProcess(...args, "--json")] as const);
    }
    const [[text, json]] = ended.filter(([{ status }]) => status === 2);
    assertEquals([text!.status, json!.status], [2, 2]);
    assertEquals(text!.out, `${header}\nincomplete`);
    assertStringIncludes(text!.err.replaceAll("\n", " "), 'for "throughput_mbps"');
    assert(!json!.out.includes("]}"));
  }));

Deno.test("`predict` ends well when its reader wants no more", () =>
  withLink(async (folder, model, csv) => {
    await Deno.writeTextFile(csv, linkLines(20_000).join("\n"));
    const child = new Deno.Command(Deno.execPath(), {
      args: [...await taskArguments("predict", folder), "--model", model, "--csv", csv],
      cwd: root,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const out = child.stdout.getReader();
    assertStringIncludes(new TextDecoder().decode((await out.read()).value), header);
    await out.cancel();
    const notes = await new Response(child.stderr).text();
    assertEquals((await child.status).code, 0, notes);
    assertEquals(notes.includes("error"), false);
  }));
