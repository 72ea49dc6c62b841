import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { readRegularCsv, regularCsvBlocks } from "./regular_csv.ts";

const options = { columns: [{ name: "x", atLeast: 0, atMost: 1 }, { name: "y" }], stepSeconds: 60 };
const csv = (...lines: string[]) =>
  new Blob([["timestamp,note,y,x", ...lines].join("\n")]).stream();
const minutes = Array.from({ length: 9 }, (_, i) => `${60 * i},n,${10 * i},0.${i}`);

async function refusal(...lines: string[]): Promise<string> {
  const messages = [1, 2, 16].map(async (blockRows) => {
    const given = { ...options, blockRows, name: "a.csv" };
    const { message } = await assertRejects(
      () => readRegularCsv(csv(...lines), given),
      InputError,
    );
    return message;
  });
  const [first, ...others] = await Promise.all(messages);
  for (const other of others) assertEquals(other, first, "the message depends on the blocks");
  assertStringIncludes(first!, "a.csv");
  return first!;
}

Deno.test("`readRegularCsv()` reads the columns asked for, in blocks of any size", async () => {
  for (const blockRows of [1, 2, 4, 9, 100]) {
    const { rows, columns } = await readRegularCsv(csv(...minutes), { ...options, blockRows });
    assertEquals([rows, Object.keys(columns)], [9, ["timestamp", "x", "y"]]);
    assertEquals(columns["y"], Float64Array.from(minutes, (_, i) => 10 * i));
  }
  const sizes: number[] = [];
  for await (const { rows } of regularCsvBlocks(csv(...minutes), { ...options, blockRows: 4 })) {
    sizes.push(rows);
  }
  assertEquals(sizes, [4, 4, 1]);
});

Deno.test("`readRegularCsv()` refuses irregular rows by their number, at block ends too", async () => {
  for (const row of [2, 3, 8]) {
    const wrong = (line: string) => minutes.with(row - 1, line);
    assertStringIncludes(await refusal(...wrong(minutes[row - 2]!)), `row ${row}, column "timesta`);
    assertStringIncludes(
      await refusal(...minutes.toSpliced(row - 1, 1)),
      `row ${row}, column "tim`,
    );
  }
});

Deno.test("`readRegularCsv()` refuses what is out of bounds or beyond f32", async () => {
  const third = (line: string) => minutes.with(2, line);
  assertStringIncludes(await refusal(...third("120,n,20,-0.5")), 'row 3 (line 4), column "x"');
  assertStringIncludes(await refusal(...third("120,n,20,1.5")), "At most 1");
  assertStringIncludes(await refusal(...third("120,n,1e39,0")), 'column "y", holds "1e39"');
});
