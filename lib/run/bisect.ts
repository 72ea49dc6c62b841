/**
 * The first operation in which two logs of a training step part.
 *
 * @module
 */

import type { KernelCall, LoggedTensor } from "../device/kernel_log.ts";

/** A tensor in two runs. */
export interface TensorPair {
  /** The kernel's name for it, with the variable's where it is one. */
  readonly name: string;
  readonly shape: readonly number[];
  /** SHA-256 of the elements; `null` where one run has no such tensor. */
  readonly a: string | null;
  readonly b: string | null;
}

/** The first operation whose output differs. */
export interface PartingCall {
  /** Its place among the operations of the step, from 1. */
  readonly call: number;
  readonly kernel: string;
  /**
   * What differs before it does anything: other operations are run, its plain values or its tensors are other
   * ones; with `nothing` the operation itself gives other bits for the same.
   */
  readonly before: "operation" | "values" | "inputs" | "nothing";
  /** Its plain values as JSON, of both runs. */
  readonly attributes: { readonly a: string; readonly b: string };
  readonly inputs: readonly TensorPair[];
  readonly outputs: readonly TensorPair[];
}

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

/** The finding in a sentence or two. */
export function sayPartingCall(found: PartingCall): string {
  const changed = found.inputs.filter((pair) => !same(pair)).map(({ name }) => name).join(", ");
  const where =
    `Operation ${found.call} of the step, ${found.kernel}, is the first whose output differs.`;
  switch (found.before) {
    case "operation":
      return `${where} The runs do other operations from there on.`;
    case "inputs":
      return `${where} What came into it differs (${changed}), though no operation before it gave other ` +
        `bits: it was so in the weights, the data or the state before the step.`;
    case "values":
      return `${where} Its tensors are the same bits; its plain values are ${found.attributes.a} in one run ` +
        `and ${found.attributes.b} in the other.`;
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
      shape,
      a: one?.digest ?? null,
      b: other?.digest ?? null,
    };
  });
}
