import { assertEquals } from "@std/assert";
import { FrameStacks, writeStack } from "./frame_stacks.ts";

Deno.test("`writeStack()` takes every level of grey to [-1, 1], and back by rounding", () => {
  const levels = Uint8Array.from({ length: 256 }, (_, level) => level);
  const image = new Float32Array(3 + 2 * 256);
  writeStack([levels, levels.toReversed()], image, 3);
  assertEquals([...image.subarray(0, 3)], [0, 0, 0]);
  const back = Array.from(image.subarray(3), (x) => Math.round((x + 1) * 127.5));
  back.forEach((level, i) => assertEquals(level, i % 2 === 0 ? i / 2 : 255 - (i - 1) / 2));
  assertEquals([image[3], image[4]], [-1, 1]);
});

Deno.test("`FrameStacks` begins anew with each episode, in each environment by itself", () => {
  const stacks = new FrameStacks(2, 1, 3);
  const seen: number[][] = [];
  const push = (frames: number[], fresh: number[]) => {
    stacks.push(Uint8Array.from(frames), Uint8Array.from(fresh));
    seen.push(Array.from(stacks.images(), (x) => Math.round((x + 1) * 127.5)));
  };
  push([1, 11], [1, 1]);
  push([2, 12], [0, 0]);
  push([3, 20], [0, 1]);
  push([4, 21], [0, 0]);
  assertEquals(seen, [
    [1, 1, 1, 11, 11, 11],
    [1, 1, 2, 11, 11, 12],
    [1, 2, 3, 20, 20, 20],
    [2, 3, 4, 20, 20, 21],
  ]);
});
