/**
 * Forecasts for the rows of a CSV file, in level memory however long it is. The file is read twice:
 * first to check all of it, so that nothing comes of a faulty one, then to forecast.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { openFile } from "../dataset/csv_read.ts";
import { regularCsvBlocks, type RegularRows } from "../dataset/regular_csv.ts";
import { windowBlocks } from "../dataset/window_blocks.ts";
import { InputError } from "../numeric/errors.ts";
import type { Forecaster } from "./forecaster.ts";

/** A file whose rows a forecaster can read. */
export interface CheckedCsv {
  readonly path: string;
  readonly rows: number;
  /** Forecasts it will have: one for each row that has a window behind it. */
  readonly forecasts: number;
  /** Of the file's bytes. */
  readonly sha256: string;
}

/** Some forecasts, in time order. */
export interface Forecasts {
  /** `[n]` timestamps of the rows forecast, which lie the horizon after those last seen. */
  readonly timestamps: Float64Array;
  /** `[n, targets]` f32, in the targets' units. */
  readonly values: Float32Array;
}

/** Windows that the model sees at a time. No forecast depends on it. */
const BATCH = 64;

/**
 * Reads a file from beginning to end and checks it against what the model was trained on.
 *
 * @throws {InputError} When the file cannot be read (as `readRegularCsv`: a column missing, a cell out of
 * its bounds, rows at another spacing than the model's), is no plain file, or has fewer rows than one
 * window.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stubForecaster } from "./testing.ts";
 *
 * const path = await Deno.makeTempFile();
 * const row = (minute: number) => `${60 * minute},9${minute},20,0,2\n`;
 * const header = "timestamp,throughput_mbps,rtt_ms,packet_loss,jitter_ms\n";
 * await Deno.writeTextFile(path, header + [0, 1, 2, 3, 4].map(row).join(""));
 * const model = stubForecaster();
 *
 * const checked = await checkCsv(path, model);
 * assertEquals([checked.rows, checked.forecasts], [5, 3]);
 * const [all] = await Array.fromAsync(forecastCsv(checked, model));
 * assertEquals(all!.timestamps, Float64Array.of(180, 240, 300));
 * assertEquals(all!.values.subarray(0, 4), Float32Array.of(92, 20, 0, 2));
 * await Deno.remove(path);
 * ```
 */
export async function checkCsv(path: string, forecaster: Forecaster): Promise<CheckedCsv> {
  await checkPlainFile(path);
  const reading = await read(path, forecaster);
  let rows = 0;
  for await (const block of reading.blocks) rows += block.rows;
  const { window } = forecaster;
  if (rows < window) {
    throw new InputError(
      `Cannot forecast from ${path}: it has ${rows} rows, and model "${forecaster.version}" sees ` +
        `${window} at a time. Give a file of at least ${window} rows.`,
    );
  }
  return { path, rows, forecasts: rows - window + 1, sha256: reading.sha256() };
}

/**
 * Forecasts from every window of a checked file.
 *
 * @throws {InputError} When the file is no longer the one that was checked, which may come to light only at
 * its end, or the model fails or forecasts what is no finite number.
 */
export async function* forecastCsv(
  checked: CheckedCsv,
  forecaster: Forecaster,
): AsyncGenerator<Forecasts> {
  const { path } = checked;
  const { version, features, targets, window, horizonSeconds } = forecaster;
  const columns = features.map(({ name }) => name);
  const reading = await read(path, forecaster);
  let done = 0;
  for await (
    const { timestamps, inputs } of windowBlocks(reading.blocks, { columns, window, most: BATCH })
  ) {
    const values = await forecaster.predict(inputs);
    const fault = values.findIndex((value) => !Number.isFinite(value));
    if (fault >= 0) {
      const last = done + Math.floor(fault / targets.length) + window;
      throw new InputError(
        `Cannot forecast from ${path}: of the rows ${
          last - window + 1
        } to ${last}, model "${version}" ` +
          `makes ${values[fault]} for "${
            targets[fault % targets.length]!.name
          }". These rows are too far ` +
          `from those it was trained on; correct them, or take another model.`,
      );
    }
    yield { timestamps: timestamps.map((last) => last + horizonSeconds), values };
    done += timestamps.length;
  }
  if (reading.sha256() !== checked.sha256) {
    throw new InputError(
      `Cannot forecast from ${path}: it was changed while it was read. Give the command again, on a file ` +
        `that nothing writes to.`,
    );
  }
}

/** The rows of a file, and the digest of its bytes once all of them were read. */
async function read(
  path: string,
  { features, spacingSeconds }: Forecaster,
): Promise<{ blocks: AsyncIterable<RegularRows>; sha256(): string }> {
  const hash = createHash("sha256");
  const bytes = (await openFile(path)).pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(part, out) {
        hash.update(part);
        out.enqueue(part);
      },
    }),
  );
  return {
    blocks: regularCsvBlocks(bytes, { name: path, columns: features, stepSeconds: spacingSeconds }),
    sha256: () => hash.digest("hex"),
  };
}

/** Refuses a pipe or a terminal, of which a second reading has nothing or never ends. */
async function checkPlainFile(path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => null);
  // What is missing or a folder is refused, with its reason, when it is opened.
  if (found === null || found.isFile || found.isDirectory) return;
  throw new InputError(
    `Cannot forecast from ${path}: it is no plain file, and it has to be read twice, to check it and ` +
      `to forecast. Save the stream as a file first.`,
  );
}
