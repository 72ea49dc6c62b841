/**
 * Frames one behind another: how a network that has no memory sees motion.
 *
 * @module
 */

/** What becomes of the 256 levels of grey: `level / 127.5 - 1`, in [-1, 1]. */
const LEVELS = Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1);

/**
 * Writes frames as one image, their pixels in [-1, 1], the frames of a pixel side by side.
 *
 * @param frames u8 `[height, width]` each, the oldest first.
 * @param into f32, of which `[height, width, frames]` from `at` on are written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const image = new Float32Array(4);
 * writeStack([Uint8Array.of(0, 255), Uint8Array.of(255, 0)], image, 0);
 * assertEquals(image, Float32Array.of(-1, 1, 1, -1));
 * ```
 */
export function writeStack(frames: readonly Uint8Array[], into: Float32Array, at: number): void {
  const depth = frames.length;
  if (depth === 4) {
    // The usual depth, in one pass: memory is written from its beginning to its end.
    const [a, b, c, d] = frames as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    for (let p = 0, j = at; p < a.length; p++, j += 4) {
      into[j] = LEVELS[a[p]!]!;
      into[j + 1] = LEVELS[b[p]!]!;
      into[j + 2] = LEVELS[c[p]!]!;
      into[j + 3] = LEVELS[d[p]!]!;
    }
    return;
  }
  frames.forEach((frame, k) => {
    for (let p = 0, j = at + k; p < frame.length; p++, j += depth) into[j] = LEVELS[frame[p]!]!;
  });
}

/**
 * The last frames of `count` environments. At an episode's start its first frame stands in for those before it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stacks = new FrameStacks(1, 1, 3);
 * stacks.push(Uint8Array.of(255), Uint8Array.of(1));
 * stacks.push(Uint8Array.of(0), Uint8Array.of(0));
 * assertEquals(stacks.images(), Float32Array.of(1, 1, -1));
 * ```
 */
export class FrameStacks {
  readonly #pixels: number;
  readonly #depth: number;
  /** u8 `[count, depth, pixels]`, the oldest first. */
  readonly #frames: Uint8Array;

  constructor(count: number, frameSide: number, depth: number) {
    this.#pixels = frameSide * frameSide;
    this.#depth = depth;
    this.#frames = new Uint8Array(count * depth * this.#pixels);
  }

  /**
   * Takes in what is seen now.
   *
   * @param frames u8 `[count, frameSide, frameSide]`.
   * @param fresh `[count]`: 1 where an episode begins, else 0.
   */
  push(frames: Uint8Array, fresh: Uint8Array): void {
    const pixels = this.#pixels, depth = this.#depth;
    fresh.forEach((begins, i) => {
      const own = this.#frames.subarray(i * depth * pixels, (i + 1) * depth * pixels);
      const frame = frames.subarray(i * pixels, (i + 1) * pixels);
      own.copyWithin(0, pixels);
      for (let k = begins === 1 ? 0 : depth - 1; k < depth; k++) own.set(frame, k * pixels);
    });
  }

  /** The stacks as a network takes them, f32 `[count, frameSide, frameSide, depth]`, in a new array. */
  images(): Float32Array {
    const images = new Float32Array(this.#frames.length);
    const pixels = this.#pixels, depth = this.#depth;
    for (let at = 0; at < images.length; at += depth * pixels) {
      const frames = Array.from(
        { length: depth },
        (_, k) => this.#frames.subarray(at + k * pixels, at + (k + 1) * pixels),
      );
      writeStack(frames, images, at);
    }
    return images;
  }
}
