/**
 * Grey pictures as PNG, and several as one that moves (APNG: PNG specification, third edition, §11.3.6).
 * Of the packages that are kept up none writes the latter.
 *
 * @module
 */

/** Pictures that follow one another, all of one size. */
export interface GreyFrames {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** u8 `[height, width]` each, rows from the top, 255 is white. */
  readonly frames: readonly Uint8Array[];
  /** Milliseconds that each is shown. Default: 100. */
  readonly frameMs?: number;
  /** How often they are shown, 0 is without end. Default: 3. */
  readonly plays?: number;
}

/**
 * A PNG file: of one frame a plain one, of several one that moves, whose first frame is all that a program sees
 * that does not know better.
 *
 * @throws {RangeError} When there is no frame, or one has another size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const file = await greyPng({ width: 2, height: 1, frames: [Uint8Array.of(0, 255)] });
 * assertEquals([...file.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
 * ```
 */
export async function greyPng(pictures: GreyFrames): Promise<Uint8Array> {
  const { width, height, frames, frameMs = 100, plays = 3 } = pictures;
  const odd = frames.findIndex((frame) => frame.length !== width * height);
  if (odd >= 0 || frames.length === 0) {
    throw new RangeError(
      `Cannot write a PNG of ${width} × ${height}: ${
        odd < 0 ? "there is no frame" : `frame ${odd} has ${frames[odd]!.length} pixels`
      }`,
    );
  }
  const moving = frames.length > 1;
  let sequence = 0;
  const parts = [SIGNATURE, chunk("IHDR", words(width, height), Uint8Array.of(8, 0, 0, 0, 0))];
  if (moving) parts.push(chunk("acTL", words(frames.length, plays)));
  for (const [i, frame] of frames.entries()) {
    if (moving) {
      const delay = Uint8Array.of(frameMs >> 8, frameMs & 255, 1000 >> 8, 1000 & 255, 0, 0);
      parts.push(chunk("fcTL", words(sequence++, width, height, 0, 0), delay));
    }
    const packed = await deflated(filtered(frame, width, height));
    parts.push(i === 0 ? chunk("IDAT", packed) : chunk("fdAT", words(sequence++), packed));
  }
  return joined([...parts, chunk("IEND")]);
}

/**
 * A PNG file as an address that holds all of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pngAddress(Uint8Array.of(1, 2, 3)), "data:image/png;base64,AQID");
 * ```
 */
export function pngAddress(file: Uint8Array): string {
  return `data:image/png;base64,${
    btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(""))
  }`;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** Remainders of the bytes by the polynomial of CRC-32. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >>> 1 ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** Each row as its differences from the one above, which leave less to write down. */
function filtered(frame: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (width + 1));
  for (let row = 0, at = 0, i = 0; row < height; row++) {
    rows[at++] = 2;
    for (let column = 0; column < width; column++, i++) {
      rows[at++] = frame[i]! - (frame[i - width] ?? 0);
    }
  }
  return rows;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = joined([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), ...data]);
  let rest = 0xffffffff;
  for (const byte of body) rest = rest >>> 8 ^ REMAINDERS[(rest ^ byte) & 255]!;
  return joined([words(body.length - 4), body, words(~rest)]);
}

/** Numbers of 32 bits, the greatest byte first. */
function words(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((v) => [v >>> 24, v >>> 16 & 255, v >>> 8 & 255, v & 255]));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
