/**
 * State that can be saved: what determines the future of a training, as named arrays.
 *
 * @module
 */

import type { ShapedArray } from "../dataset/safetensors.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { digestArrays } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import type { NamedVariable } from "./types.ts";

/** Arrays on the host and f32 tensors on the device, by name; `/` parts the names into levels. */
export type State = Readonly<Record<string, ShapedArray | tf.Tensor>>;

/** Something whose future its state determines: with the same state it does the same. */
export interface Resumable {
  /** The state of this moment. Tensors stay its own; they are read before it goes on. */
  state(): State;
  /** Goes on from a state that it gave out before, in this process or another. */
  restore(saved: SavedState): void;
}

/**
 * A state as it was read back. What is asked for and missing, or of another form, is refused: a state
 * must never be taken up in part unnoticed.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const saved = new SavedState(new Map([["a/rate", numbers([0.1])]]), "example");
 * assertEquals(saved.within("a").number("rate"), 0.1);
 * assertThrows(() => saved.number("steps"), InputError, 'it has no "steps"');
 * ```
 */
export class SavedState {
  readonly #arrays: ReadonlyMap<string, ShapedArray>;
  readonly #source: string;
  readonly #prefix: string;

  /** @param source Where it was read from, for messages. */
  constructor(arrays: ReadonlyMap<string, ShapedArray>, source: string, prefix = "") {
    this.#arrays = arrays;
    this.#source = source;
    this.#prefix = prefix;
  }

  /** The part under `name/`. */
  within(name: string): SavedState {
    return new SavedState(this.#arrays, this.#source, `${this.#prefix}${name}/`);
  }

  /** f32 elements of any shape. */
  floats(name: string): Float32Array {
    return this.#of(name, Float32Array);
  }

  /** f64 elements, as {@linkcode numbers} keeps them. */
  numbers(name: string): Float64Array {
    return this.#of(name, Float64Array);
  }

  /** A single f64. */
  number(name: string): number {
    const values = this.numbers(name);
    return values.length === 1 ? values[0]! : this.#refuse(`"${name}" holds ${values.length}`);
  }

  /** Elements of any other type. */
  array<T extends ShapedArray["data"]>(name: string, type: new (length: number) => T): T {
    return this.#of(name, type);
  }

  /** Gives variables the values saved under their names. */
  assign(variables: readonly NamedVariable[]): void {
    for (const { name, variable } of variables) {
      const values = this.floats(name);
      const { shape } = this.#arrays.get(this.#prefix + name)!;
      if (shape.join() !== variable.shape.join()) {
        this.#refuse(`"${name}" has shape [${shape}], wanted is [${variable.shape}]`);
      }
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
  }

  #of<T extends ShapedArray["data"]>(name: string, type: new (length: number) => T): T {
    const data = this.#arrays.get(this.#prefix + name)?.data;
    if (data instanceof type) return data;
    return this.#refuse(
      data === undefined
        ? `it has no "${this.#prefix}${name}"`
        : `"${this.#prefix}${name}" is a ${data.constructor.name}, wanted is a ${type.name}`,
    );
  }

  #refuse(found: string): never {
    throw new InputError(
      `Cannot go on from ${this.#source}: ${found}. It was written by other code; remove it, and the ` +
        `run starts anew.`,
    );
  }
}

/**
 * f64 numbers as an array that a state can hold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numbers([1, Infinity]), { shape: [2], data: Float64Array.of(1, Infinity) });
 * ```
 */
export function numbers(values: ArrayLike<number>): ShapedArray {
  return { shape: [values.length], data: Float64Array.from(values) };
}

/**
 * Variables as something that can be saved, each under its own name.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const variable = tf.variable(tf.tensor1d([1, 2]));
 * const weights = variablesState([{ name: "w", variable }]);
 * const saved = await savedState(weights, "example");
 * variable.assign(tf.tensor1d([3, 4]));
 * weights.restore(saved);
 * assertEquals([...(await readBack([variable]))[0]!], [1, 2]);
 * ```
 */
export function variablesState(variables: readonly NamedVariable[]): Resumable {
  return {
    state: () => Object.fromEntries(variables.map(({ name, variable }) => [name, variable])),
    restore: (saved) => saved.assign(variables),
  };
}

/**
 * Several states as one, each under its name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const counter = { state: () => ({ steps: numbers([3]) }), restore() {} };
 * assertEquals(Object.keys(together({ agent: counter, world: counter }).state()), [
 *   "agent/steps",
 *   "world/steps",
 * ]);
 * ```
 */
export function together(parts: Readonly<Record<string, Resumable>>): Resumable {
  return {
    state: () =>
      Object.fromEntries(
        Object.entries(parts).flatMap(([name, part]) =>
          Object.entries(part.state()).map(([own, value]) => [`${name}/${own}`, value])
        ),
      ),
    restore(saved) {
      for (const [name, part] of Object.entries(parts)) part.restore(saved.within(name));
    },
  };
}

/**
 * Reads a state back to the host, all its tensors at once.
 *
 * @param source What to call it in messages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const clock = { state: () => ({ steps: numbers([3]) }), restore() {} };
 * assertEquals((await savedState(clock, "example")).number("steps"), 3);
 * ```
 */
export async function savedState(resumable: Resumable, source: string): Promise<SavedState> {
  return new SavedState(await readState(resumable.state()), source);
}

/**
 * The arrays of a state, its tensors read back in one transfer.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const arrays = await readState({ w: tf.tensor1d([1, 2]), steps: numbers([3]) });
 * assertEquals(arrays.get("w"), { shape: [2], data: Float32Array.of(1, 2) });
 * ```
 */
export async function readState(state: State): Promise<Map<string, ShapedArray>> {
  const entries = Object.entries(state);
  const tensors = entries.map(([, value]) => value).filter((value) => value instanceof tf.Tensor);
  const read = await readBack(tensors);
  return new Map(
    entries.map(([name, value]) => [
      name,
      value instanceof tf.Tensor ? { shape: value.shape, data: read.shift()! } : value,
    ]),
  );
}

/**
 * Digest of the arrays of a state, by name; shapes are not seen.
 *
 * @returns 64 lower-case hex digits.
 *
 * @example
 * ```ts
 * import { digestArrays } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(digestState(new Map([["w", numbers([1])]])), digestArrays({ w: Float64Array.of(1) }));
 * ```
 */
export function digestState(arrays: ReadonlyMap<string, ShapedArray>): string {
  return digestArrays(Object.fromEntries(Array.from(arrays, ([name, { data }]) => [name, data])));
}
