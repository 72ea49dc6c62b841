/**
 * The loops of a map at work: its weights and samples laid out in the memory of the WebAssembly that
 * `assembly/` compiles to.
 *
 * The memory is scratch that all maps of a thread share. Between {@linkcode Workbench.bring} and
 * {@linkcode Workbench.fetch} it is one map's, so nothing asynchronous may come between.
 *
 * @module
 */

import type { Grid } from "./grid.ts";
import { KERNEL_BINARY } from "./kernel_binary.ts";
import type { ScaledData } from "./scaled_data.ts";

/** Addresses and counts; `assembly/index.ts` says what each is. */
interface Exports {
  // deno-fmt-ignore
  train(
    weights: number, blocks: number, half: number, starts: number, offsets: number, values: number,
    samples: number, count: number, classes: number, parityBytes: number, rows: number, columns: number,
    rates: number, spread: number,
  ): void;
  // deno-fmt-ignore
  bestTwo(
    weights: number, blocks: number, half: number, starts: number, offsets: number, values: number,
    count: number, nearest: number, second: number, distances: number,
  ): void;
}

const PAGE_BYTES = 65536;
const memory = new WebAssembly.Memory({ initial: 1 });
const binary = Uint8Array.from(atob(KERNEL_BINARY.replaceAll("\n", "")), (c) => c.charCodeAt(0));
const kernel = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } })
  .exports as unknown as Exports;

/** Units of half a block, and of one. */
const HALF = 4;
const BLOCK = 8;
/** Where units stand that a map does not have: nearest to nothing, and with a finite square in f32. */
const NOWHERE = 1e18;

/** Best units of every sample. */
export interface BestUnits {
  /** `[samples]`: the nearest unit; of those as near as each other the lowest. */
  readonly nearest: Int32Array;
  /** `[samples]`: the nearest of the others. */
  readonly second: Int32Array;
  /** `[samples]`: squared distance to the nearest over the unmasked dimensions. */
  readonly squared: Float32Array;
}

/** A map's place in the memory. */
export class Workbench {
  /** Distances on the sheet by class: {@linkcode Workbench.rates} has an entry for each. */
  readonly squaredDistances: Float64Array;
  /** Room for the numbers of the samples of a batch; good until any map is brought. */
  batch!: Uint32Array;
  /** Room for the rate of each class of distance; good until any map is brought. */
  rates!: Float32Array;
  readonly #grid: Grid;
  readonly #dimensions: number;
  readonly #samples: number;
  readonly #blocks: number;
  /** Unmasked cells of each sample: first cell, and the offset and the value of each. */
  readonly #starts: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #values: Float32Array;
  readonly #classes: Uint16Array;
  readonly #parityBytes: number;
  readonly #at: ReturnType<typeof addresses>;
  #floats!: Float32Array;

  constructor(grid: Grid, data: ScaledData) {
    const { squared, byOffset, parities } = grid.distanceClasses();
    this.#grid = grid;
    this.#dimensions = data.dimensions;
    this.#samples = data.samples;
    this.#blocks = Math.ceil(grid.units / BLOCK);
    this.squaredDistances = squared;
    this.#classes = byOffset;
    this.#parityBytes = parities === 2 ? byOffset.byteLength / 2 : 0;
    ({ starts: this.#starts, offsets: this.#offsets, values: this.#values } = cellsOf(data));
    this.#at = addresses({
      weights: 4 * this.#blocks * BLOCK * data.dimensions,
      spread: 4 * this.#blocks * BLOCK,
      rates: 4 * squared.length,
      classes: byOffset.byteLength,
      starts: this.#starts.byteLength,
      offsets: this.#offsets.byteLength,
      values: this.#values.byteLength,
      samples: 4 * data.samples,
      nearest: 4 * data.samples,
      second: 4 * data.samples,
      squared: 4 * data.samples,
    });
  }

  /**
   * Lays everything out in the memory.
   *
   * @param weights `[units, dimensions]`.
   */
  bring(weights: Float32Array): void {
    const at = this.#at, missing = at.end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const words = new Uint32Array(memory.buffer);
    const floats = this.#floats = new Float32Array(memory.buffer);
    this.batch = words.subarray(at.samples / 4, at.samples / 4 + this.#samples);
    this.rates = floats.subarray(at.rates / 4, at.rates / 4 + this.squaredDistances.length);
    words.set(this.#starts, at.starts / 4);
    words.set(this.#offsets, at.offsets / 4);
    floats.set(this.#values, at.values / 4);
    new Uint16Array(memory.buffer, at.classes).set(this.#classes);
    floats.fill(0, at.spread / 4, at.spread / 4 + this.#blocks * BLOCK);
    floats.fill(NOWHERE, at.weights / 4, at.weights / 4 + this.#blocks * BLOCK * this.#dimensions);
    this.#eachWeight((place, index) => floats[place] = weights[index]!);
  }

  /** Takes the weights back out of the memory. */
  fetch(weights: Float32Array): void {
    const floats = this.#floats;
    this.#eachWeight((place, index) => weights[index] = floats[place]!);
  }

  /** Moves the map to the first `count` samples of the batch, one after the other, with the rates. */
  train(count: number): void {
    const at = this.#at, { rows, columns } = this.#grid, half = 4 * HALF * this.#dimensions;
    // deno-fmt-ignore
    kernel.train(at.weights, this.#blocks, half, at.starts, at.offsets, at.values, at.samples, count,
      at.classes, this.#parityBytes, rows, columns, at.rates, at.spread);
  }

  /** Gives every unit's weights length 1; a unit at the origin stays there. */
  normalise(): void {
    const floats = this.#floats, lengths = new Float64Array(this.#grid.units);
    this.#eachWeight((place, index) => {
      lengths[Math.floor(index / this.#dimensions)]! += floats[place]! * floats[place]!;
    });
    this.#eachWeight((place, index) => {
      const length = Math.sqrt(lengths[Math.floor(index / this.#dimensions)]!);
      if (length > 0) floats[place]! /= length;
    });
  }

  /** The two best units of every sample; views that are good until any map is brought. */
  bestUnits(): BestUnits {
    const at = this.#at, n = this.#samples, half = 4 * HALF * this.#dimensions;
    // deno-fmt-ignore
    kernel.bestTwo(at.weights, this.#blocks, half, at.starts, at.offsets, at.values, n,
      at.nearest, at.second, at.squared);
    return {
      nearest: new Int32Array(memory.buffer, at.nearest, n),
      second: new Int32Array(memory.buffer, at.second, n),
      squared: new Float32Array(memory.buffer, at.squared, n),
    };
  }

  /** Visits the weights, with their place in the memory in floats and their index in `[units, dimensions]`. */
  #eachWeight(visit: (place: number, index: number) => void): void {
    const first = this.#at.weights / 4, d = this.#dimensions;
    for (let unit = 0, index = 0; unit < this.#grid.units; unit++) {
      const half = Math.floor(unit / HALF);
      const at = first + half * HALF * d + unit % HALF;
      for (let j = 0; j < d; j++, index++) visit(at + j * HALF, index);
    }
  }
}

/** The unmasked cells of each sample. */
function cellsOf({ samples, dimensions, values, mask }: ScaledData) {
  const starts = new Uint32Array(samples + 1);
  const offsets = new Uint32Array(values.length), cells = new Float32Array(values.length);
  let count = 0;
  for (let s = 0, at = 0; s < samples; s++) {
    for (let j = 0; j < dimensions; j++, at++) {
      if (mask?.[at]) continue;
      offsets[count] = 4 * HALF * j;
      cells[count++] = values[at]!;
    }
    starts[s + 1] = count;
  }
  return { starts, offsets: offsets.subarray(0, count), values: cells.subarray(0, count) };
}

/** Places one behind the other for arrays of so many bytes, each on a boundary of 16. */
function addresses<N extends string>(
  bytes: Readonly<Record<N, number>>,
): Record<N | "end", number> {
  const at: Record<string, number> = {};
  let end = 0;
  for (const [name, size] of Object.entries<number>(bytes)) {
    at[name] = end;
    end = Math.ceil((end + size) / 16) * 16;
  }
  return { ...at, end } as Record<N | "end", number>;
}
