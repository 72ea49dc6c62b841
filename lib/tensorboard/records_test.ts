import { assertEquals } from "@std/assert";
import { recordOf, recordsIn } from "./records.ts";

const data = [[], [7], [1, 2, 3], Array.from({ length: 300 }, (_, i) => i % 256)]
  .map((bytes) => Uint8Array.from(bytes));
const file = Uint8Array.from(data.flatMap((one) => [...recordOf(one)]));

Deno.test("`recordsIn()` reads what `recordOf()` made", () => {
  assertEquals([...recordsIn(file)], data);
});

Deno.test("`recordsIn()` ends before a record that is torn, wherever it was cut", () => {
  let whole = 0, end = 0;
  for (let cut = 0; cut <= file.length; cut++) {
    if (whole < data.length && cut === end + recordOf(data[whole]!).length) {
      end = cut;
      whole++;
    }
    assertEquals([...recordsIn(file.subarray(0, cut))], data.slice(0, whole), `${cut} bytes`);
  }
});

Deno.test("`recordsIn()` ends before a record with a flipped bit, wherever it is", () => {
  const ends = data.map((_, i) =>
    data.slice(0, i + 1).reduce((sum, { length }) => sum + length + 16, 0)
  );
  for (let at = 0; at < file.length; at++) {
    const flipped = file.slice();
    flipped[at]! ^= 1 << at % 8;
    const whole = ends.filter((end) => end <= at).length;
    assertEquals([...recordsIn(flipped)], data.slice(0, whole), `byte ${at}`);
  }
});
