import { assert, assertEquals, assertRejects } from "@std/assert";
import { greyPng } from "./png.ts";

/** The chunks of a PNG file, their checksums verified by the definition of CRC-32, bit by bit. */
function chunksOf(file: Uint8Array): { type: string; data: Uint8Array<ArrayBuffer> }[] {
  assertEquals([...file.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer), found = [];
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at), body = file.subarray(at + 4, at + 8 + length);
    let rest = 2 ** 32 - 1;
    for (const byte of body) {
      for (let bit = 0; bit < 8; bit++) {
        const odd = (rest ^ byte >>> bit) & 1;
        rest = rest >>> 1 ^ (odd ? 0xedb88320 : 0);
      }
    }
    assertEquals(view.getUint32(at + 8 + length), ~rest >>> 0);
    const type = String.fromCharCode(...body.subarray(0, 4));
    found.push({ type, data: Uint8Array.from(body.subarray(4)) });
    at += 12 + length;
  }
  return found;
}

async function pixels(packed: Uint8Array<ArrayBuffer>, width: number): Promise<number[]> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  const found: number[] = [];
  for (let at = 0; at < rows.length; at += width + 1) {
    assertEquals(rows[at], 2);
    for (let i = 0; i < width; i++) {
      found.push((rows[at + 1 + i]! + (at === 0 ? 0 : found.at(-width)!)) & 255);
    }
  }
  return found;
}

const first = Uint8Array.of(0, 255, 7, 8, 9, 200), second = first.map((value) => 255 - value);

Deno.test("`greyPng()` writes one frame as a plain PNG", async () => {
  const chunks = chunksOf(await greyPng({ width: 3, height: 2, frames: [first] }));
  assertEquals(chunks.map(({ type }) => type), ["IHDR", "IDAT", "IEND"]);
  assertEquals([...chunks[0]!.data], [0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  assertEquals(await pixels(chunks[1]!.data, 3), [...first]);
});

Deno.test("`greyPng()` writes several frames as a film with its own numbers in sequence", async () => {
  const frames = [first, second, first];
  const file = await greyPng({ width: 2, height: 3, frames, frameMs: 300, plays: 1 });
  const chunks = chunksOf(file);
  assertEquals(
    chunks.map(({ type }) => type).join(" "),
    "IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND",
  );
  const numbers = (type: string) =>
    chunks.filter((chunk) => chunk.type === type).map(({ data }) =>
      Array.from({ length: data.length >> 2 }, (_, i) => new DataView(data.buffer).getUint32(4 * i))
    );
  assertEquals(numbers("acTL"), [[3, 1]]);
  const delay = 300 * 2 ** 16 + 1000;
  assertEquals(numbers("fcTL"), [0, 1, 3].map((number) => [number, 2, 3, 0, 0, delay]));
  const films = chunks.filter(({ type }) => type === "fdAT");
  assertEquals(films.map(({ data }) => data[3]), [2, 4]);
  assertEquals(await pixels(films[0]!.data.slice(4), 2), [...second]);
  assertEquals(await pixels(films[1]!.data.slice(4), 2), [...first]);
});

Deno.test("`greyPng()` is smaller than its pixels where rows are alike", async () => {
  const frame = Uint8Array.from({ length: 84 * 84 }, (_, i) => i % 84);
  assert((await greyPng({ width: 84, height: 84, frames: [frame] })).length < 300);
});

Deno.test("`greyPng()` refuses frames of another size, and none", async () => {
  const wrong = { width: 2, height: 2, frames: [new Uint8Array(4), first] };
  await assertRejects(() => greyPng(wrong), RangeError, "frame 1 has 6 pixels");
  await assertRejects(() => greyPng({ ...wrong, frames: [] }), RangeError, "no frame");
});
