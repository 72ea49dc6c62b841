/**
 * `predict`: an exported model's forecasts for the rows of a CSV file.
 *
 * @module
 */

import { resolve } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { readOnnx } from "../onnx/read.ts";
import { findRun } from "../run/index/find_run.ts";
import { checkCsv, type CheckedCsv, forecastCsv } from "../serve/csv_forecasts.ts";
import type { Forecaster } from "../serve/forecaster.ts";
import { openForecaster } from "../serve/onnx_forecaster.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { csvText, type ForecastText, jsonText } from "./forecast_text.ts";
import { readModelFile, readRunsModel, type RunsModel } from "./model_file.ts";
import { exitStatus, invocationFolder, reportsFolder, type Streams } from "./streams.ts";

const usage = `Usage: deno task predict --run RUN|--model FILE --csv FILE [--json]
  --run RUN     a run id, its first digits (4 or more), or the folder of a run: the model it exported
  --name NAME   which of them, where the run exported several: model/NAME.onnx
  --model FILE  an ONNX file that a run exported
  --csv FILE    the rows: timestamp and the model's columns, at the model's spacing
  --json        one JSON document on stdout, of the form assay/forecasts@1; default: CSV
  --out DIR     reports folder in which RUN is looked up (default reports/)
Exit status 0: a forecast for every row that has a window behind it; 2: bad input.`;

/** Forecasts from one note of progress to the next. */
const NOTED = 100_000;

/** Runs the command. */
export async function predictCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("predict", args, {
    flags: ["json", "debug", "help"],
    values: ["run", "name", "model", "csv", "out"],
    lists: [],
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const csv = parsed.value("csv");
  if (csv === undefined) throw new InputError(`Cannot predict: --csv is missing. ${usage}`);
  const { path, file } = await chosenModel(parsed, streams);
  const forecaster = await openForecaster(file, path);
  try {
    const checked = await checkCsv(resolve(invocationFolder(), csv), forecaster);
    streams.err(
      `${checked.rows} rows of ${checked.path} are in order; model ${forecaster.version} of ${path} ` +
        `forecasts ${checked.forecasts} times.`,
    );
    const text = parsed.flag("json")
      ? jsonText({
        forecaster,
        metadata: readOnnx(file, path).metadata,
        modelSha256: sha256Hex(file),
        csv: checked,
      })
      : csvText(forecaster.targets.map(({ name }) => name));
    await write(checked, forecaster, text, streams);
    return exitStatus.ok;
  } catch (error) {
    // Who reads the output wants no more of it, as `head` does.
    if (error instanceof Deno.errors.BrokenPipe) return exitStatus.ok;
    throw error;
  } finally {
    await forecaster.close();
  }
}

async function chosenModel(parsed: Arguments, streams: Streams): Promise<RunsModel> {
  const [run, name, model] = ["run", "name", "model"].map(parsed.value);
  if ((run === undefined) === (model === undefined)) {
    throw new InputError(
      `Cannot predict: ${
        run ? "--run and --model are both given" : "--run or --model is missing"
      }; ` +
        `one of them says which model. ${usage}`,
    );
  }
  if (model !== undefined) {
    if (name !== undefined) {
      throw new InputError(`Cannot predict: --name is for a model of --run. ${usage}`);
    }
    const path = resolve(invocationFolder(), model);
    return { path, file: await readModelFile(path) };
  }
  const reports = reportsFolder(parsed.value("out"));
  return await readRunsModel(
    await findRun(reports, run!, invocationFolder(), streams.err),
    name,
  );
}

/** Writes forecasts as they come; what breaks off is marked. */
async function write(
  checked: CheckedCsv,
  forecaster: Forecaster,
  text: ForecastText,
  { out, err }: Streams,
): Promise<void> {
  let done = 0;
  out(text.opening);
  try {
    for await (const forecasts of forecastCsv(checked, forecaster)) {
      const before = Math.floor(done / NOTED);
      done += forecasts.timestamps.length;
      out(text.part(forecasts, done < checked.forecasts));
      if (Math.floor(done / NOTED) > before) err(`${done} of ${checked.forecasts}`);
    }
  } catch (error) {
    if (text.brokenOff !== null && !(error instanceof Deno.errors.BrokenPipe)) out(text.brokenOff);
    throw error;
  }
  if (text.closing !== null) out(text.closing);
}
