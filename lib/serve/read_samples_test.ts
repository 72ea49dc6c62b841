import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { sampleReader } from "./read_samples.ts";
import { linkQuantities } from "./testing.ts";

const read = sampleReader(linkQuantities);
const row = { timestamp: 1000, throughput_mbps: 90, rtt_ms: 20, packet_loss: 0.01, jitter_ms: 2 };
const ahead = { spacingSeconds: 60, last: 940, now: 1000 };

function refuses(value: unknown, says: string, now = 1e6): void {
  const { message } = assertThrows(() => read(value, { ...ahead, now }), InputError);
  assertStringIncludes(message, says);
  assertStringIncludes(message, "None was stored");
}

Deno.test("`sampleReader` takes one sample or many, in the order of the features, and ignores the rest", () => {
  const [sample] = read({ node: "a", ...row }, ahead);
  assertEquals(sample, { timestamp: 1000, values: Float32Array.of(90, 20, 0.01, 2) });
  assertEquals(read([row, { ...row, timestamp: 1060 }], ahead).length, 2);
});

Deno.test("`sampleReader` refuses what is no number its quantity can have", () => {
  const { rtt_ms: _, ...incomplete } = row;
  refuses(incomplete, "[0].rtt_ms is missing");
  refuses({ ...row, rtt_ms: "20" }, '[0].rtt_ms is "20", a finite number from 0 ms is needed');
  refuses({ ...row, rtt_ms: null }, "[0].rtt_ms is null");
  refuses({ ...row, rtt_ms: NaN }, "[0].rtt_ms is NaN");
  refuses({ ...row, rtt_ms: Infinity }, "[0].rtt_ms is Infinity");
  refuses({ ...row, rtt_ms: 1e39 }, "[0].rtt_ms is 1e+39"); // beyond f32
  refuses({ ...row, rtt_ms: -1 }, "[0].rtt_ms is -1, a finite number from 0 ms is needed");
  refuses(
    { ...row, packet_loss: 1.5 },
    "[0].packet_loss is 1.5, a finite number from 0 to 1 is needed",
  );
  refuses({ ...row, rtt_ms: [20] }, "[0].rtt_ms is an array, a finite number");
  refuses([row, { ...row, timestamp: "x".repeat(99) }], `[1].timestamp is "${"x".repeat(40)}…"`);
});

Deno.test("`sampleReader` refuses what is no sample", () => {
  refuses([], "the array is empty");
  refuses(null, "[0] is not an object");
  refuses([row, [row]], "[1] is not an object");
  refuses({}, "and 2 more");
});

Deno.test("`sampleReader` refuses samples that repeat, go back, crowd or lie in the future", () => {
  refuses({ ...row, timestamp: 940 }, "[0].timestamp is 940, it repeats the sample before");
  refuses({ ...row, timestamp: 880 }, "it is out of order: the sample before is of 940");
  refuses([row, row], "[1].timestamp is 1000, it repeats the sample before");
  refuses([row, { ...row, timestamp: 1030 }], "it lies 30 s after the sample before (1000)");
  refuses(row, "it lies 100 s in the future", 900);
  refuses({ ...row, timestamp: 1.7e12 }, "Unix seconds are needed");
});
