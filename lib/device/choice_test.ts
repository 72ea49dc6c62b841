import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { DeviceUnfit } from "../numeric/errors.ts";
import { adapterName, type AdapterSummary, chooseBackend, isSoftware } from "./choice.ts";

const hardware: AdapterSummary = {
  vendor: "4318",
  architecture: "",
  device: "9010",
  description: "NVIDIA H200",
  isFallbackAdapter: false,
};
const software: AdapterSummary = {
  ...hardware,
  description: "llvmpipe (LLVM 15.0.6, 256 bits)",
  isFallbackAdapter: true,
};

Deno.test("`chooseBackend()` takes real hardware for `auto`", () => {
  const { backend, why } = chooseBackend("auto", hardware);
  assertEquals(backend, "webgpu");
  assertStringIncludes(why, "NVIDIA H200");
});

Deno.test("`chooseBackend()` takes WASM for `auto` without hardware", () => {
  const { backend, why } = chooseBackend("auto", software);
  assertEquals(backend, "wasm");
  assertMatch(why, /llvmpipe.*software.*--backend webgpu/);
  assertEquals(chooseBackend("auto", null).backend, "wasm");
  assertStringIncludes(chooseBackend("auto", null).why, "no WebGPU adapter was found");
});

Deno.test("`chooseBackend()` takes what is asked for by name", () => {
  assertEquals(chooseBackend("webgpu", software).backend, "webgpu");
  assertStringIncludes(chooseBackend("webgpu", software).why, "slow");
  assertEquals(chooseBackend("wasm", hardware).backend, "wasm");
  assertEquals(chooseBackend("cpu", hardware).backend, "cpu");
});

Deno.test("`chooseBackend()` refuses WebGPU without an adapter, in one paragraph", () => {
  const { message } = assertThrows(() => chooseBackend("webgpu", null), DeviceUnfit);
  for (const part of ["Cannot open WebGPU", "mesa-vulkan-drivers", "--backend wasm"]) {
    assertStringIncludes(message, part);
  }
  assert(!message.includes("\n"));
});

Deno.test("`isSoftware()` knows software drivers that do not say so", () => {
  assert(!isSoftware(hardware));
  for (
    const description of [
      "llvmpipe (LLVM 17)",
      "SwiftShader Device",
      "Microsoft Basic Render Driver",
    ]
  ) {
    assert(isSoftware({ ...hardware, description }));
  }
});

Deno.test("`adapterName()` falls back to the parts", () => {
  assertEquals(adapterName({ ...hardware, description: "" }), "4318 9010");
  const nameless = { ...hardware, description: "", vendor: "", device: "" };
  assertEquals(adapterName(nameless), "an adapter without a name");
});
