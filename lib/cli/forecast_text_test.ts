import { assertEquals, assertThrows } from "@std/assert";
import { readCsv } from "../dataset/csv_read.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { linkQuantities, stubForecaster } from "../serve/testing.ts";
import { csvText, type ForecastText, jsonText } from "./forecast_text.ts";

const names = linkQuantities.map(({ name }) => name);
const csv = { path: "a.csv", rows: 5, forecasts: 3, sha256: "2" };
const json = jsonText({ forecaster: stubForecaster(), metadata: {}, modelSha256: "1", csv });
// Values whose shortest decimals are long, short, tiny and huge.
const parts = [
  {
    timestamps: Float64Array.of(0.5, 60.5),
    values: Float32Array.of(0.1, 1, 1e-30, 3e38, 2, 3, 4, -5),
  },
  { timestamps: Float64Array.of(120.5), values: Float32Array.of(6, 7, 8, 9) },
];

function written(text: ForecastText): string {
  const lines = [text.opening, text.part(parts[0]!, true), text.part(parts[1]!, false)];
  if (text.closing !== null) lines.push(text.closing);
  return lines.join("\n");
}

Deno.test("forecasts read back from CSV with the same bits", async () => {
  const number = { kind: "number" } as const;
  const schema = Object.fromEntries(["timestamp", ...names].map((name) => [name, number]));
  const { columns } = await readCsv(new Blob([written(csvText(names))]).stream(), schema);
  assertEquals(columns["timestamp"], Float64Array.of(0.5, 60.5, 120.5));
  names.forEach((name, t) => {
    const expected = parts.flatMap(({ values }) => [...values.filter((_, i) => i % 4 === t)]);
    assertEquals(Float32Array.from(columns[name]!), Float32Array.from(expected));
  });
});

Deno.test("forecasts as JSON are one canonical document but for its line feeds", () => {
  const text = written(json);
  const document = JSON.parse(text);
  assertEquals(canonicalJson(document), text.replaceAll("\n", ""));
  assertEquals([document.schema, document.rows], ["assay/forecasts@1", 3]);
  assertEquals(document.forecasts[2], {
    timestamp: 120.5,
    throughput_mbps: 6,
    rtt_ms: 7,
    packet_loss: 8,
    jitter_ms: 9,
  });
});

Deno.test("what broke off is neither a CSV table nor JSON", async () => {
  const { opening, part, brokenOff } = csvText(names);
  const text = [opening, part(parts[0]!, true), brokenOff].join("\n");
  const error = await readCsv(new Blob([text]).stream(), { rtt_ms: { kind: "number" } })
    .then(() => null, (error) => error);
  assertEquals(error?.message.includes("has 1 cells, the header has 5"), true);
  assertThrows(() => JSON.parse(`${json.opening}${json.part(parts[0]!, true)}`), SyntaxError);
});
