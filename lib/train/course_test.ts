import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { sequenceCourse, type SequenceOptions } from "./course.ts";

/** Sequence `i` has the values `100 i + t` at step `t`. */
function numbered(sequences: number, time: number): Float32Array {
  return Float32Array.from(
    { length: sequences * time },
    (_, i) => 100 * Math.floor(i / time) + i % time,
  );
}

function options(changes: Partial<SequenceOptions> = {}): SequenceOptions {
  const values = numbered(4, 5);
  const sizes = { sequences: 4, time: 5, streams: 2, window: 2, key: rootKey(3) };
  return { inputs: values, targets: values, ...sizes, ...changes };
}

testEachBackend({
  "`sequenceCourse()` reads every sequence once an epoch, in windows, side by side": async () => {
    const course = sequenceCourse(options());
    assertEquals(course.stepsPerEpoch, 6);
    const orders: string[] = [];
    for (const epoch of [1, 2, 1]) {
      const read: number[][] = [[], [], [], []];
      const order: number[] = [];
      for (let s = 0; s < 6; s++) {
        const { x, y, fresh } = course.batch(epoch, s);
        assertEquals(fresh, s % 3 === 0);
        assertEquals(x.shape, [2, s % 3 === 2 ? 1 : 2, 1]);
        const [inputs, targets] = await readBack([x, y]);
        assertEquals(inputs, targets);
        for (const value of inputs!) {
          const sequence = Math.floor(value / 100);
          if (value % 100 === 0) order.push(sequence);
          read[sequence]!.push(value % 100);
        }
        tf.dispose([x, y]);
      }
      assertEquals(read.map((steps) => steps.join()), new Array(4).fill("0,1,2,3,4"));
      orders.push(order.join());
    }
    assertEquals(orders[2], orders[0]);
    course.dispose();
  },
}, ["wasm", "cpu"]);

Deno.test("`sequenceCourse()` refuses sequences that do not fit", () => {
  const refused = (changes: Partial<SequenceOptions>, message: string) =>
    assertThrows(() => sequenceCourse(options(changes)), RangeError, message);
  refused({ window: 0 }, "window is 0");
  refused({ streams: 3 }, "in 3 streams");
  refused({ targets: new Float32Array(7) }, "7 targets");
});
