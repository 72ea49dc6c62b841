/**
 * The first operation in which two logs of a training step part.
 *
 * @module
 */

import type { KernelCall, LoggedTensor } from "../../device/kernel_log.ts";
import type { Bisection, PartingCall, TensorPair } from "./comparison.ts";

/** Compares two logs; `null` when all bits are the same. */
export function firstPartingCall(
  a: readonly KernelCall[],
  b: readonly KernelCall[],
): PartingCall | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    const inputs = pairs(one?.inputs, other?.inputs);
    const outputs = pairs(one?.outputs, other?.outputs);
    if (one?.kernel === other?.kernel && outputs.every(same)) continue;
    return {
      call: i + 1,
      kernel: one?.kernel === other?.kernel
        ? one!.kernel
        : `${one?.kernel ?? "none"} or ${other?.kernel ?? "none"}`,
      before: one?.kernel !== other?.kernel
        ? "operation"
        : !inputs.every(same)
        ? "inputs"
        : one!.attributes !== other!.attributes
        ? "values"
        : "nothing",
      attributes: { a: one?.attributes ?? "", b: other?.attributes ?? "" },
      inputs,
      outputs,
    };
  }
  return null;
}

/** A bisection in a sentence or two. */
export function bisectionText({ loop, step, parting: found }: Bisection): string {
  if (found === null) {
    return `Taken again from the checkpoints before it, step ${step} of ${loop} has the same bits in both ` +
      `runs: what made them part is not in their code, configuration, seed and checkpoints. A file that was ` +
      `altered, a checkpoint that is no longer kept, or a faulty machine can be.`;
  }
  const changed = found.inputs.filter((pair) => !same(pair)).map(({ name }) => name).join(", ");
  const where =
    `Operation ${found.call} of step ${step}, ${found.kernel}, is the first whose output differs.`;
  switch (found.before) {
    case "operation":
      return `${where} The runs do other operations from there on.`;
    case "inputs":
      return `${where} What came into it differs (${changed}), though no operation before it gave other ` +
        `bits: it was so in the weights, the data or the state before the step.`;
    case "values":
      return `${where} Its tensors are the same bits; its plain values are ${found.attributes.a} in A and ` +
        `${found.attributes.b} in B.`;
    case "nothing":
      return `${where} Its inputs and plain values are the same: the operation itself gives other bits.`;
  }
}

function same({ a, b }: TensorPair): boolean {
  return a === b;
}

function pairs(
  a: readonly LoggedTensor[] = [],
  b: readonly LoggedTensor[] = [],
): TensorPair[] {
  const names = [...new Set([...a, ...b].map(({ name }) => name))];
  return names.map((name) => {
    const one = a.find((tensor) => tensor.name === name);
    const other = b.find((tensor) => tensor.name === name);
    const { variable, shape } = (one ?? other)!;
    return {
      name: variable === null ? name : `${name} (${variable})`,
      shape: [...shape],
      a: one?.digest ?? null,
      b: other?.digest ?? null,
    };
  });
}
