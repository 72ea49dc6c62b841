import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { openDevice } from "../device/device.ts";
import { InputError } from "../numeric/errors.ts";
import { everyLayer } from "../train/testing.ts";
import { exportOnnx } from "./export.ts";
import { encodeModel, type ModelProto } from "./schema.ts";
import { hasWebGpu } from "./runtime.ts";
import { openSession, type SessionOptions } from "./sessions.ts";
import { samplesFor, uniformFloats } from "./testing.ts";

const source = "model.onnx";

/** A model of one node, from `x` `[batch, 2, 2]`, without a seal. */
function oneNode(op: string, opset = 17, type = 1): Uint8Array<ArrayBuffer> {
  const info = (name: string, elem_type: number, extents: readonly number[]) => {
    const dim = [{ dim_param: "batch" }, ...extents.map((dim_value) => ({ dim_value }))];
    return { name, type: { tensor_type: { elem_type, shape: { dim } } } };
  };
  return encodeModel(
    {
      ir_version: 8,
      producer_name: "someone",
      opset_import: [{ domain: "", version: opset }],
      metadata_props: [],
      graph: {
        name: "one",
        node: [{ input: ["x"], output: ["y"], name: "node", op_type: op, attribute: [] }],
        initializer: [],
        input: [info("x", type, [2, 2])],
        output: [info("y", 1, op === "Det" ? [] : [2, 2])],
      },
    } satisfies ModelProto,
  );
}

async function exported(): Promise<Uint8Array<ArrayBuffer>> {
  await openDevice({ backend: "wasm" });
  const model = everyLayer();
  try {
    return await exportOnnx(model);
  } finally {
    model.dispose();
  }
}

async function refused(
  file: Uint8Array,
  text: string,
  options: Partial<SessionOptions> = {},
): Promise<void> {
  const error = await assertRejects(
    () => openSession(file, { source, ...options }),
    InputError,
    text,
  );
  assert(error.message.includes(source) && !error.message.includes("\n"), error.message);
}

Deno.test("`openSession()` refuses what is no model, with the reason", async (t) => {
  await t.step("nothing", () => refused(new Uint8Array(), "not an ONNX file (it has no graph)"));
  await t.step("text", () => refused(new TextEncoder().encode("PK\x03\x04 a zip"), "not an ONNX"));
  await t.step("an unknown operator set", () => refused(oneNode("Relu", 99), "operator set 99"));
  await t.step("an unknown operation", () => refused(oneNode("Sing"), "Sing"));
  await t.step("another element type", () => refused(oneNode("Relu", 17, 7), '"x" is not an f32'));
});

Deno.test("`openSession()` refuses a truncated model, or it is the same but for its seal", async () => {
  const file = await exported();
  const [inputs] = samplesFor(everyLayer(), 2);
  const whole = await output(file);
  for (const share of [0.001, 0.1, 0.5, 0.9, 0.999]) {
    await refused(file.subarray(0, Math.floor(share * file.length)), "Cannot");
  }
  const body = file.subarray(0, file.length - 76);
  assertEquals(await output(body), whole);

  async function output(file: Uint8Array) {
    const session = await openSession(file, { source });
    const { output } = await session.run({ input: inputs! });
    await session.close();
    return output;
  }
});

Deno.test("`openSession()` refuses a model with a flipped bit, wherever it is in what is sealed", async () => {
  const file = await exported();
  const end = file.length - 76;
  for (let at = 0; at < end; at += 97) {
    const damaged = file.slice();
    damaged[at]! ^= 1 << at % 8;
    await refused(damaged, "it is damaged");
  }
});

Deno.test("a flipped bit where there is no seal is refused with a reason, or makes another model", async () => {
  const file = await exported();
  const body = file.subarray(0, file.length - 76);
  const input = uniformFloats("x", [1, 7, 3]);
  let refused = 0;
  for (let at = 0; at < body.length; at += 29) {
    const damaged = body.slice();
    damaged[at]! ^= 1 << at % 8;
    try {
      const session = await openSession(damaged, { source });
      await session.run({ input }).finally(() => session.close());
    } catch (error) {
      assert(error instanceof InputError, `${error}`);
      refused++;
    }
  }
  assert(refused > 50, `${refused}`);
  await (await openSession(file, { source })).close();
});

Deno.test("`Session.run()` refuses inputs that are not the model's", async (t) => {
  const session = await openSession(await exported(), { source });
  const cases: [string, Record<string, ReturnType<typeof uniformFloats>>, string][] = [
    ["none", {}, 'no values are given for its input "input"'],
    ["a shape", { input: uniformFloats("x", [2, 7, 4]) }, 'for "input" are of shape [2, 7, 4]'],
    ["a rank", { input: uniformFloats("x", [7, 3]) }, "are of shape [7, 3]"],
    [
      "an empty batch",
      { input: { shape: [0, 7, 3], data: new Float32Array() } },
      "shape [0, 7, 3]",
    ],
    [
      "a length",
      { input: { shape: [1, 7, 3], data: new Float32Array(20) } },
      "20 values instead of 21",
    ],
    ["a name", { other: uniformFloats("x", [2, 7, 3]) }, 'it has no input "other"'],
  ];
  for (const [name, inputs, text] of cases) {
    await t.step(name, async () => {
      const error = await assertRejects(() => session.run(inputs), InputError, text);
      assert(error.message.includes("It takes f32 input [batch, 7, 3]"));
    });
  }
  await session.close();
});

Deno.test({
  name: "`openSession()` on WebGPU refuses a model of which a node would run elsewhere",
  ignore: !await hasWebGpu(),
  async fn() {
    await refused(oneNode("Det"), "CPU", { provider: "webgpu" });
    await (await openSession(oneNode("Det"), { source })).close();
  },
});

Deno.test("`Session.close()` gives the memory back", async () => {
  const model = await Deno.makeTempFile({ suffix: ".onnx" });
  await Deno.writeFile(model, await exported());
  // In a process of its own: what other tests hold at the time is not counted.
  const [sessions, testing] = ["./sessions.ts", "./testing.ts"].map((path) =>
    new URL(path, import.meta.url)
  );
  const program = `import { openSession } from "${sessions}";
    import { uniformFloats } from "${testing}";
    const file = await Deno.readFile(Deno.args[0]);
    const samples = { input: uniformFloats("x", [3, 7, 3]) };
    async function use() {
      const session = await openSession(file, { source: "model.onnx" });
      await session.run(samples);
      await session.close();
    }
    // The first hundred let the process grow to its working size; then only what stays counts.
    async function rssAfter(uses: number) {
      for (let i = 0; i < uses; i++) await use();
      gc();
      return Deno.memoryUsage().rss;
    }
    const before = await rssAfter(100);
    console.log(await rssAfter(300) - before);`;
  const main = `data:application/typescript,${encodeURIComponent(program)}`;
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--v8-flags=--expose-gc",
      `--config=${config}`,
      "--allow-read",
      "--allow-env",
      main,
      model,
    ],
  }).output();
  await Deno.remove(model);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const kept = Number(new TextDecoder().decode(stdout));
  // 300 sessions that stayed would hold 45 MB; closed ones leave nothing.
  assert(kept < 20 * 2 ** 20, `${kept} bytes`);
});
