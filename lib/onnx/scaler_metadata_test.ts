import { assertEquals, assertThrows } from "@std/assert";
import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { readScalers, scalerMetadata } from "./scaler_metadata.ts";

const scaler = { kind: "min-max", columns: ["x"], min: [0], max: [2] } as const;
const written = scalerMetadata({ input: scaler, output: scaler });

Deno.test("`readScalers()` gives back what was written", () => {
  const { input, output, sha256 } = readScalers(written, "a.onnx")!;
  assertEquals([input, output, sha256], [scaler, scaler, written.scalers_sha256]);
});

Deno.test("`readScalers()` refuses scalers that are not those that were written", () => {
  const refused = (metadata: Record<string, string>, says: string) =>
    assertThrows(() => readScalers(metadata, "a.onnx"), InputError, says);
  const other = written.scalers.replace("[2]", "[3]");
  refused({ ...written, scalers: other }, 'entry "scalers_sha256" of its metadata says');
  refused({ scalers: other }, '"scalers_sha256" of its metadata is missing');
  for (const text of ["", "{", "null", "{}", '{"input":{}}']) {
    refused({ scalers: text, scalers_sha256: sha256Hex(text) }, "the metadata of a.onnx");
  }
});
