import { assertEquals } from "@std/assert";
import { sha256Hex } from "./digest.ts";
import { plainSha256Hex } from "./sha256.ts";

Deno.test("`plainSha256Hex()` agrees with the platform's at every length around blocks", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
    assertEquals(plainSha256Hex(bytes), sha256Hex(bytes), `${length} bytes`);
  }
  const long = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 7) & 255);
  assertEquals(plainSha256Hex(long), sha256Hex(long));
});

Deno.test("`plainSha256Hex()` hashes text as UTF-8", () => {
  for (const text of ["", "é – \u{1f600}", "a".repeat(119)]) {
    assertEquals(plainSha256Hex(text), sha256Hex(text));
  }
});
