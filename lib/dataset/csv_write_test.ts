import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { readCsv } from "./csv_read.ts";
import { writeCsv } from "./csv_write.ts";
import { table } from "./table.ts";

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("`writeCsv()` gives back every value that `readCsv()` accepts", async () => {
  const folder = await Deno.makeTempDir();
  const columns = {
    number: Float64Array.of(0.1, -0, 5e-324, 1.7976931348623157e308, 1e21, -123456.789),
    text: ["a", " b ", "c,d", 'e "f"', "g\nh", "ü,\n\n"],
    count: Float64Array.of(0, 1, 2, 3, Number.MAX_SAFE_INTEGER, -5),
  };
  await writeCsv(`${folder}/new/out.csv`, table("by hand", columns));
  const back = await readCsv(`${folder}/new/out.csv`, {
    number: { kind: "number" },
    text: { kind: "text" },
    count: { kind: "integer" },
  });
  assertEquals(back.columns, columns);
  assertEquals(Object.is(back.columns.number[1], -0), true);
  assertEquals(await names(`${folder}/new`), ["out.csv"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`writeCsv()` writes what RFC 4180 says", async () => {
  const path = await Deno.makeTempFile();
  await writeCsv(path, table("by hand", { "a,b": Float64Array.of(1), c: ['"'] }));
  assertEquals(await Deno.readTextFile(path), '"a,b",c\r\n1,""""\r\n');
  await Deno.remove(path);
});

Deno.test("`writeCsv()` writes many parts in order", async () => {
  const path = await Deno.makeTempFile();
  const t = Float64Array.from({ length: 50_000 }, (_, i) => i);
  await writeCsv(path, table("by hand", { t }));
  assertEquals((await readCsv(path, { t: { kind: "integer" } })).columns.t, t);
  await Deno.remove(path);
});

Deno.test("`writeCsv()` leaves the old file and nothing else when a value is refused", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/out.csv`;
  await Deno.writeTextFile(path, "old");
  const write = (columns: Record<string, Float64Array | string[]>) => () =>
    writeCsv(path, table("by hand", columns));
  const nan = new Float64Array(40_000);
  nan[39_999] = NaN;
  await assertRejects(write({ x: nan }), RangeError, 'row 40000 of column "x" is NaN');
  await assertRejects(write({ x: ["a", ""] }), RangeError, 'row 2 of column "x" is empty');
  await assertRejects(write({ x: ["a\r\nb"] }), RangeError, "carriage return");
  await assertRejects(write({ "": ["a"] }), RangeError, "name of column 1 is empty");
  assertEquals(await names(folder), ["out.csv"]);
  assertEquals(await Deno.readTextFile(path), "old");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`writeCsv()` says which place cannot be written", async () => {
  const folder = await Deno.makeTempDir();
  const one = table("by hand", { x: Float64Array.of(1) });
  await assertRejects(() => writeCsv(folder, one), InputError, `Cannot write ${folder}`);
  await Deno.writeTextFile(`${folder}/file`, "");
  await assertRejects(() => writeCsv(`${folder}/file/out.csv`, one), InputError, "Cannot write");
  assertEquals(await names(folder), ["file"]);
  assertEquals((await names(`${folder}/..`)).filter((name) => name.endsWith(".tmp")), []);
  await assertRejects(() => writeCsv("/dev/full/out.csv", one), InputError, "/dev/full");
  await Deno.remove(folder, { recursive: true });
});
