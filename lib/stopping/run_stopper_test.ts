import { assertEquals, assertThrows } from "@std/assert";
import { confirmed, type RunSoFar, type RunStopper } from "./run_stopper.ts";

type Run = RunSoFar<{ readonly progress: number; readonly loss: number }> & {
  readonly name: string;
};

const run = (name: string, ...losses: number[]): Run => ({
  name,
  history: losses.map((loss, i) => ({ progress: i / 10, loss })),
});

/** Stops what has a loss above 1, and keeps what it was asked. */
function recorder() {
  const asked: string[] = [];
  const stopper: RunStopper<Run> = (runs, others) => {
    const names = (of: readonly Run[]) =>
      of.map(({ name, history }) => name + history.length).join(" ");
    asked.push(`${names(runs)} | ${names(others)}`);
    return Promise.resolve(runs.map(({ history }) => history.at(-1)!.loss > 1));
  };
  return { asked, stopper };
}

Deno.test("`confirmed()` asks of the past only those that are doubted now", async () => {
  const { asked, stopper } = recorder();
  const runs = [run("a", 2, 2, 2), run("b", 2, 2, 0), run("c", 2, 0, 2)];
  const said = await confirmed(stopper, { first: 0 })(runs, [run("d", 5)]);
  assertEquals(said, [true, false, false]);
  assertEquals(asked, ["a3 b3 c3 | d1", "a2 c2 | d1 b3"]);
});

Deno.test("`confirmed()` makes its first check at the first moment asked for, its last at the last", async () => {
  const { asked, stopper } = recorder();
  const between = confirmed(stopper, { first: 0.2, last: 0.4, checks: 2 });
  const high = [2, 2, 2, 2, 2, 2];
  const stops = [];
  for (let length = 0; length <= 6; length++) {
    stops.push((await between([run("a", ...high.slice(0, length))], []))[0]);
  }
  assertEquals(stops, [false, false, false, false, true, true, false]);
  assertEquals(asked, ["a3 | ", "a4 | ", "a3 | ", "a5 | ", "a4 | "]);
});

Deno.test("`confirmed()` of one check is the stopper itself, within its moments", async () => {
  const { stopper } = recorder();
  const once = confirmed(stopper, { first: 0, checks: 1 });
  assertEquals(await once([run("a", 0, 2), run("b", 2, 0)], []), [true, false]);
  assertThrows(() => confirmed(stopper, { first: 0, checks: 0 }), RangeError, "0 checks");
});
