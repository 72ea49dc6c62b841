/** Models of the project leave as ONNX: they predict the same there, and ONNX's own checker accepts the files. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { openDevice } from "../lib/device/device.ts";
import { exportOnnx } from "../lib/onnx/export.ts";
import { hasWebGpu } from "../lib/onnx/runtime.ts";
import { assertExported, everyForm, scramble } from "../lib/onnx/testing.ts";
import { rootKey } from "../lib/random/key.ts";
import { buildModel } from "./bench/assay.ts";
import { cases } from "./bench/cases.ts";
import { withFolder } from "./command_line.ts";

/** The interpreter of Debian's packages: `apt-get install python3-onnx`. */
const python = "/usr/bin/python3";
const script = fromFileUrl(new URL("check_onnx.py", import.meta.url));

const published = cases.find(({ name }) => name === "bandwidth-540k")!;

Deno.test("networks of the bench predict the same as ONNX on WASM", async (t) => {
  await openDevice({ backend: "wasm" });
  for (const spec of cases) {
    await t.step(spec.name, async () => {
      const model = buildModel(spec, rootKey(1));
      scramble(model);
      await assertExported(model);
    });
  }
});

Deno.test("the published bandwidth network is a file of 2.07 MiB", async () => {
  await openDevice({ backend: "wasm" });
  const file = await exportOnnx(buildModel(published, rootKey(1)));
  const weights = 4 * (540_516 + 2 * (256 + 128 + 128));
  // The documents' 4.87 MB would be 2.3 times the weights.
  assert(file.length > weights && file.length < 1.003 * weights, `${file.length} bytes`);
  assertEquals((file.length / 2 ** 20).toFixed(2), "2.07");
});

Deno.test({
  name: "the published bandwidth network predicts the same as ONNX on WebGPU",
  ignore: !await hasWebGpu(),
  async fn() {
    await openDevice({ backend: "wasm" });
    await assertExported(buildModel(published, rootKey(1)), { provider: "webgpu" });
  },
});

Deno.test({
  name: "ONNX's checker accepts every layer and network",
  ignore: !hasChecker(),
  async fn() {
    await openDevice({ backend: "wasm" });
    await withFolder(async (folder) => {
      const models = Object.values(everyForm).map((make) => make());
      models.push(...cases.map((spec) => buildModel(spec, rootKey(1))));
      const paths = models.map((_, i) => join(folder, `${i}.onnx`));
      const metadata = { run_id: "0123456789ab", note: "größer" };
      for (const [i, model] of models.entries()) {
        await Deno.writeFile(paths[i]!, await exportOnnx(model, { metadata }));
        model.dispose();
      }
      const { success, stdout, stderr } = await new Deno.Command(python, {
        args: [script, ...paths],
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const found: Record<string, { opset: number; metadata: Record<string, string> }> = JSON.parse(
        new TextDecoder().decode(stdout),
      );
      assertEquals(Object.keys(found), paths);
      for (const { opset, metadata: { sha256: _, ...read } } of Object.values(found)) {
        assertEquals([opset, read], [17, metadata]);
      }
    });
  },
});

function hasChecker(): boolean {
  try {
    const args = ["-c", "import onnx"];
    return new Deno.Command(python, { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
