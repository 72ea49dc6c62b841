import { assertEquals } from "@std/assert";
import { crc32c, maskedCrc32c } from "./crc32c.ts";

const bytes = (length: number, byte: (i: number) => number) =>
  Uint8Array.from({ length }, (_, i) => byte(i));

Deno.test("`crc32c()` gives the known answers of RFC 3720, B.4", () => {
  assertEquals(crc32c(bytes(32, () => 0)), 0x8a9136aa);
  assertEquals(crc32c(bytes(32, () => 0xff)), 0x62a8ab43);
  assertEquals(crc32c(bytes(32, (i) => i)), 0x46dd794e);
  assertEquals(crc32c(bytes(32, (i) => 31 - i)), 0x113fdb5c);
  const command = bytes(48, () => 0);
  command.set([0x01, 0xc0]);
  command.set([0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28], 16);
  command.set([0x02], 40);
  assertEquals(crc32c(command), 0xd9963a56);
});

Deno.test("`crc32c()` of nothing is 0, of the check value as catalogued", () => {
  assertEquals(crc32c(new Uint8Array()), 0);
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("`maskedCrc32c()` gives what stands at the beginning of TensorFlow's event files", () => {
  // Their first record has 24 bytes: wall time and "brain.Event:2".
  const length = Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0);
  const masked = new Uint8Array(new Uint32Array([maskedCrc32c(length)]).buffer);
  assertEquals([...masked], [0xa3, 0x7f, 0x4b, 0x22]);
});
