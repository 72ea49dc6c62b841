import { InputError, rootKey } from "assay";
import { assertEquals, assertRejects } from "@std/assert";
import { documentFraming } from "./document_framing.ts";
import { readTrace } from "./read_trace.ts";
import { stepSeries } from "./series.ts";
import { stepWindows } from "./step_windows.ts";

const read = (...rows: string[]) =>
  readTrace(
    new Blob(["app,func,end_timestamp,duration\n", ...rows.map((row) => row + "\n")]).stream(),
  );

Deno.test("`readTrace()` interns functions in order of appearance, their names apart by application", async () => {
  const { trace } = await read("shop,f,1,0.5", "bank,f,2,0.25", "shop,g,3,1", "shop,f,4,2");
  assertEquals(
    trace.functions.map(({ app, func, appIndex }) => [app, func, appIndex]),
    [["shop", "f", 0], ["bank", "f", 1], ["shop", "g", 0]],
  );
  assertEquals(trace.functionIndex, Uint16Array.of(0, 1, 2, 0));
  assertEquals(trace.durationSeconds, Float32Array.of(0.5, 0.25, 1, 2));
});

Deno.test("`readTrace()` counts what it drops and what it sorts", async () => {
  const { trace, cleaning } = await read(
    "a,f,30,1",
    "a,f,10,1", // back
    "a,f,20,0",
    "a,f,20,-3",
    "a,f,20,1e-60", // nothing in f32
    "b,f,30,1",
    "a,f,30,2", // same end, another duration
    "a,f,30,1", // a duplicate of the first
    "b,f,30,1", // of the sixth
    "a,f,25,1", // back
  );
  assertEquals(trace.endSeconds, Float64Array.of(10, 25, 30, 30, 30));
  assertEquals(trace.durationSeconds, Float32Array.of(1, 1, 1, 1, 2));
  assertEquals(trace.functionIndex, Uint16Array.of(0, 0, 0, 1, 0));
  assertEquals(cleaning, {
    rows: 10,
    zeroDurations: 2,
    negativeDurations: 1,
    duplicates: 2,
    backwards: 2,
  });
});

Deno.test("`readTrace()` takes columns in any order and ignores others", async () => {
  const csv = "duration,note,func,end_timestamp,app\n0.5,x,f,7,a\n";
  const { trace } = await readTrace(new Blob([csv]).stream());
  assertEquals([trace.endSeconds[0], trace.durationSeconds[0], trace.functions[0]!.app], [
    7,
    0.5,
    "a",
  ]);
});

Deno.test("`readTrace()` refuses what is no trace, by row and column", async () => {
  const lacking = new Blob(["app,func,duration\na,f,1\n"]).stream();
  await assertRejects(() => readTrace(lacking), InputError, 'the header lacks "end_timestamp"');
  const faults = {
    "a,f,1,fast": 'row 2 (line 3), column "duration", holds "fast"',
    "a,f,-1,1": 'row 2 (line 3), column "end_timestamp", holds "-1". At least 0',
    "a,,1,1": 'row 2 (line 3), column "func", is empty',
    "a,f,1,1e12": "At most 1000000000 is allowed",
    "a,f,1": "has 3 cells",
  };
  for (const [row, message] of Object.entries(faults)) {
    await assertRejects(() => read("a,f,1,1", row), InputError, message);
  }
  await assertRejects(
    () => read("a,f,1,0", "a,f,2,-1"),
    InputError,
    "none of its 2 rows has a duration above 0 (1 are 0, 1 below)",
  );
});

Deno.test("`readTrace()` refuses more functions than can be told apart", async () => {
  const rows = Array.from({ length: 65_537 }, (_, i) => `a,f${i},${i},1`);
  await assertRejects(() => read(...rows), InputError, "row 65537 has function number 65537");
});

Deno.test("a trace of one function with fewer rows than a window is refused by both framings", async () => {
  const { trace } = await read(...Array.from({ length: 12 }, (_, i) => `a,f,${10 * i + 10},1`));
  const options = { variant: "raw", scaling: "once" } as const;
  const framing = () => Promise.resolve().then(() => documentFraming(trace, rootKey(1), options));
  await assertRejects(framing, InputError, "the part has 8, a window of 12");
  const binned = stepSeries(trace, { stepSeconds: 60 });
  const windows = () =>
    Promise.resolve().then(() => stepWindows(binned, { window: 12, horizon: 1 }));
  await assertRejects(windows, InputError, "Cannot cut train windows out of 1 series");
});
