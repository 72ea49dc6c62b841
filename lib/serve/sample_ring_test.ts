import { assertEquals, assertThrows } from "@std/assert";
import { SampleRing } from "./sample_ring.ts";

Deno.test("`SampleRing` keeps the newest samples in order, across its end", () => {
  const ring = new SampleRing({ capacity: 4, width: 2, spacingSeconds: 1 });
  for (let i = 0; i < 11; i++) {
    ring.push(i, [i, -i]);
    const rows = Math.min(i + 1, 4);
    const expected = Array.from({ length: rows }, (_, row) => i - rows + 1 + row);
    assertEquals(ring.window(rows), Float32Array.from(expected.flatMap((x) => [x, -x])));
    assertEquals([ring.size, ring.unbroken, ring.lastTimestamp], [rows, rows, i]);
  }
  assertEquals(ring.window(5), null);
});

Deno.test("`SampleRing` gives a window of its own", () => {
  const ring = new SampleRing({ capacity: 2, width: 1, spacingSeconds: 1 });
  ring.push(0, [1]);
  ring.window(1)!.fill(9);
  assertEquals(ring.window(1), Float32Array.of(1));
});

Deno.test("`SampleRing` never gives a window across a gap", () => {
  const ring = new SampleRing({ capacity: 10, width: 1, spacingSeconds: 60 });
  for (const t of [0, 60, 134, 210]) ring.push(t, [t]); // 74 and 76 s apart
  assertEquals([ring.gaps, ring.unbroken, ring.size], [1, 1, 4]);
  ring.push(270, [270]);
  assertEquals([ring.window(2), ring.window(3)], [Float32Array.of(210, 270), null]);
});

Deno.test("`SampleRing` refuses what its caller should have refused", () => {
  assertThrows(
    () => new SampleRing({ capacity: 0, width: 1, spacingSeconds: 1 }),
    RangeError,
    "capacity",
  );
  const ring = new SampleRing({ capacity: 1, width: 1, spacingSeconds: 1 });
  ring.push(5, [1]);
  assertThrows(() => ring.push(5, [1]), RangeError, "after 5");
  assertThrows(() => ring.push(6, [1, 2]), RangeError, "1 values are needed");
});
