import { assertEquals } from "@std/assert";
import { progressBar } from "./progress_bar.ts";

function piped() {
  const lines: string[] = [];
  let now = 0;
  const streams = { out() {}, err: (text: string) => void lines.push(text), terminal: false };
  return { lines, later: () => now += 5, bar: progressBar(streams, () => now) };
}

Deno.test("piped, one run tells where it is every few seconds, and its notes at once", () => {
  const { lines, later, bar } = piped();
  using job = bar.job("");
  job.advance("seed 1 · line", 1, 10, "step 1");
  job.note("seed 1 · a note");
  later();
  job.advance("seed 1 · line", 4, 10, "step 4");
  job.advance("seed 1 · line", 5, 10, "step 5");
  assertEquals(lines, ["seed 1 · a note", "seed 1 · line · 40 % · step 4"]);
});

Deno.test("piped, many runs share a line, each under its name; those that ended are counted", () => {
  const { lines, later, bar } = piped();
  bar.total(1, 4);
  const first = bar.job("cell 1 of 2");
  using second = bar.job("cell 2 of 2");
  first.advance("seed 1 · walk", 1, 4, "step 1");
  later();
  second.advance("seed 1 · walk", 2, 4, "step 2");
  first[Symbol.dispose]();
  bar.total(2, 4);
  later();
  second.advance("seed 1 · walk", 3, 4, "step 3");
  second.note("seed 1 · a note");
  assertEquals(lines, [
    "1 of 4 runs done; cell 1 of 2 · seed 1 · walk 25 %; cell 2 of 2 · seed 1 · walk 50 %",
    "2 of 4 runs done; cell 2 of 2 · seed 1 · walk 75 %",
    "cell 2 of 2 · seed 1 · a note",
  ]);
});

Deno.test("piped, of more runs than fit a line the rest is counted", () => {
  const { lines, later, bar } = piped();
  bar.total(0, 40);
  later();
  const jobs = Array.from({ length: 20 }, (_, i) => bar.job(`${i}`));
  later();
  jobs.forEach((job) => job.advance("walk", 0, 1, ""));
  later();
  jobs[0]!.advance("walk", 1, 1, "");
  assertEquals(lines[1]!.split("; ").slice(-2), ["11 · walk 0 %", "8 more in progress"]);
});
