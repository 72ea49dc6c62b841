import { Worker } from "node:worker_threads";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../numeric/errors.ts";
import { gemm, gemmScratchBytes } from "../../kernels/gemm/gemm.ts";
import { kernelMemory, kernelModule } from "./load.ts";
import { CLOSED, CONTROL_BYTES, controlBlock, Field, jobNames, STOP } from "./control.ts";
import { KernelPool } from "./pool.ts";
import { threadsWanted } from "./threads.ts";

Deno.test("`KernelPool` ends its workers when closed, twice over and unused", async () => {
  // The test runner's resource sanitizer is the judge.
  for (const threads of [1, 2, 5]) {
    const pool = await KernelPool.open({ rounding: "strict", threads });
    assertEquals(pool.threads, threads);
    await pool.close();
    await pool.close();
    assertThrows(() => pool.run("gemm"), RangeError, "the pool is closed");
  }
});

Deno.test("`KernelPool.run()` runs thousands of jobs on more threads than cores, each to its end", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 4 });
  const shape = { m: 64, n: 64, k: 32 };
  const a = pool.reserve(4 * 64 * 32), b = pool.reserve(4 * 64 * 32), c = pool.reserve(4 * 64 * 64);
  const scratch = pool.reserve(gemmScratchBytes(pool, shape));
  const { buffer } = pool.memory;
  new Float32Array(buffer, a, 64 * 32).fill(1);
  const right = new Float32Array(buffer, b, 64 * 32), result = new Float32Array(buffer, c, 64 * 64);
  for (let round = 1; round <= 2000; round++) {
    right.fill(round);
    gemm(pool, shape, { a, b, c, scratch });
    assert(result.every((value) => value === 32 * round), `round ${round}`);
  }
});

Deno.test("`KernelPool.run()` gets its workers to take part", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 2 });
  const shape = { m: 64, n: 64, k: 64 };
  const a = pool.reserve(4 * 64 * 64), b = pool.reserve(4 * 64 * 64), c = pool.reserve(4 * 64 * 64);
  const scratch = pool.reserve(gemmScratchBytes(pool, shape));
  // The scratch begins with 256 bytes for each thread, which it clears when it takes part.
  const traceOfWorker = new Uint8Array(pool.memory.buffer, scratch + 256, 1);
  traceOfWorker[0] = 1;
  let jobs = 0;
  while (traceOfWorker[0] === 1 && jobs++ < 100_000) gemm(pool, shape, { a, b, c, scratch });
  assertEquals(traceOfWorker[0], 0);
});

Deno.test("`KernelPool.run()` finds its workers after they fell asleep", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 2 });
  const shape = { m: 64, n: 64, k: 32 };
  const a = pool.reserve(4 * 64 * 32), b = pool.reserve(4 * 64 * 32), c = pool.reserve(4 * 64 * 64);
  const scratch = pool.reserve(gemmScratchBytes(pool, shape));
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gemm(pool, shape, { a, b, c, scratch });
  }
  assertEquals(new Float32Array(pool.memory.buffer, c, 1)[0], 0);
});

Deno.test("`KernelPool.run()` reports a trap in any thread and remains usable", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 3 });
  const c = pool.reserve(4), scratch = pool.reserve(1 << 16);
  const outside = pool.memory.buffer.byteLength;
  for (let round = 0; round < 20; round++) {
    // The matrices lie behind the end of the memory: whoever packs first fails, those who wait for it too.
    assertThrows(
      () => pool.run("gemm", 64, 64, 32, outside, 0, outside, 0, c, 0, 0, scratch, 0),
      Error,
      "RuntimeError: memory access out of bounds",
    );
  }
  const one = pool.reserve(4);
  new Float32Array(pool.memory.buffer, one, 1)[0] = 3;
  pool.run("gemm", 1, 1, 1, one, 0, one, 0, c, 0, 0, scratch, 0);
  assertEquals(new Float32Array(pool.memory.buffer, c, 1)[0], 9);
});

Deno.test("a worker that fails leaves its reason and number behind", async () => {
  const memory = kernelMemory(CONTROL_BYTES), module = kernelModule("strict");
  const control = 1024;
  const { words, args, message } = controlBlock(memory, control);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: { module, memory, control, thread: 7 },
  });
  await new Promise((resolve) => worker.once("message", resolve));
  words[Field.job] = jobNames(module).indexOf("multiplyAdd");
  // multiplyAdd(a: the team's address, b: 7, c: args[0], out: args[1], n: args[2])
  args.set([65536, 65536, 4]);
  Atomics.add(words, Field.generation, 1);
  Atomics.notify(words, Field.generation);
  while (Atomics.load(words, Field.failed) === 0) await new Promise((done) => setTimeout(done, 1));
  while (Atomics.load(words, Field.door) !== 0) await new Promise((done) => setTimeout(done, 1));
  const text = new TextDecoder().decode(message.slice(0, words[Field.messageBytes]));
  assertEquals([text, words[Field.messageThread]], [
    "RuntimeError: memory access out of bounds",
    7,
  ]);

  const gone = new Promise((resolve) => worker.once("exit", resolve));
  words[Field.job] = STOP;
  Atomics.store(words, Field.door, CLOSED);
  Atomics.add(words, Field.generation, 1);
  Atomics.notify(words, Field.generation);
  await gone;
});

Deno.test("`KernelPool.run()` refuses kernels that do not exist", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 1 });
  assertThrows(() => pool.run("gem"), RangeError, 'Cannot run the kernel "gem"');
  assertThrows(() => pool.runAlone("gemm", ...new Array(17).fill(0)), RangeError, "17 arguments");
});

Deno.test("`KernelPool.open()` refuses a number of threads that is none", async () => {
  await assertRejects(
    () => KernelPool.open({ rounding: "strict", threads: 0 }),
    RangeError,
    "a pool of 0 threads",
  );
});

Deno.test("`KernelPool.reserve()` aligns, never overlaps, and grows the memory under old views", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 1 });
  const first = pool.reserve(5), second = pool.reserve(200_000), third = pool.reserve(1);
  assertEquals([first % 64, second % 64, third % 64], [0, 0, 0]);
  assert(first + 5 <= second && second + 200_000 <= third);
  const old = new Float32Array(pool.memory.buffer, first, 1);
  pool.reserve(1_000_000);
  old[0] = 7;
  assertEquals(new Float32Array(pool.memory.buffer, first, 1)[0], 7);
});

Deno.test("a process with an open pool ends by itself, with permission to read and no other", async () => {
  const [pool, threads] = ["./pool.ts", "./threads.ts"].map((path) =>
    new URL(path, import.meta.url)
  );
  const program = `import { KernelPool } from "${pool}";
    import { threadsWanted } from "${threads}";
    const pool = await KernelPool.open({ rounding: "strict", threads: 2 });
    console.log(pool.threads, threadsWanted());`;
  const main = `data:application/typescript,${encodeURIComponent(program)}`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--allow-read", main],
  }).output();
  assertEquals(
    [code, new TextDecoder().decode(stdout)],
    [0, `2 ${navigator.hardwareConcurrency}\n`],
    new TextDecoder().decode(stderr),
  );
});

Deno.test("`threadsWanted()` takes whole numbers from 1 to 256, else the cores", () => {
  assertEquals(threadsWanted("1"), 1);
  assertEquals(threadsWanted("256"), 256);
  assertEquals(threadsWanted(""), navigator.hardwareConcurrency);
  for (const bad of ["0", "257", "-1", "1.5", "two", "1e1", " 2"]) {
    assertThrows(() => threadsWanted(bad), InputError, `ASSAY_THREADS is "${bad}"`);
  }
});
