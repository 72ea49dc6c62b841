/**
 * The gradients of a convolution in WGSL: a thread owns a tile of elements, each one sum in the oracle's
 * order.
 *
 * @module
 */

import { type GpuQueue, LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import type { Conv2dShape } from "./shape.ts";
import { assertRounds, each, head, MAIN, packOf, pixelWgsl, workgroups } from "./wgsl_parts.ts";

/** What a thread of the filter gradient owns, neighbours both. */
const FILTER_TILE = { taps: 8, filters: 8 };
/** What a thread of the input gradient owns. */
const INPUT_TILE = { pixels: 8, channels: 4 };

/** Encodes the gradient of the kernel; every further dispatch continues its sums. */
export function dispatchFilterGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [x, dz, dKernel]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { taps } = FILTER_TILE;
  const size = shape.kernelHeight * shape.kernelWidth * shape.channels;
  const along = packOf(shape.channels), pack = packOf(shape.filters);
  const loads = taps / along.width, packs = FILTER_TILE.filters / pack.width;
  const code = /* wgsl */ `
${head(shape, [["x", along], ["dz", pack], ["dKernel", pack]], ["first", "end"])}
${pixelWgsl(shape, along)}
const packs = filters / ${pack.width};
${MAIN}
  let firstPack = i32(group.y) * ${packs};
  let first = thread * ${taps};
  if (first >= taps) { return; }
  ${
    each(loads, (t) => `
  let tap${t} = min(first + ${t * along.width}, taps - ${along.width});
  let row${t} = tap${t} / line;
  let column${t} = tap${t} % line / channels;
  let offset${t} = row${t} * width * channels + tap${t} % line;`)
  }
  ${each(packs, (f) => `let f${f} = min(firstPack + ${f}, packs - 1);`)}
  ${each(taps, (t) => each(packs, (f) => `var s${t}_${f} = ${pack.type}();`))}
  if (params.first > 0) {
    ${
    each(
      taps,
      (t) =>
        each(packs, (f) => `s${t}_${f} = dKernel[min(first + ${t}, taps - 1) * packs + f${f}];`),
    )
  }
  }
  for (var output = params.first; output < params.end; output++) {
    let row = output / outWidth % outHeight * strideHeight - top;
    let column = output % outWidth * strideWidth - left;
    let at = ((output / (outWidth * outHeight) * height + row) * width + column) * channels;
    ${each(loads, (t) => `let x${t} = pixel(at + offset${t}, row + row${t}, column + column${t});`)}
    ${
    each(packs, (f) => `
    let d${f} = dz[output * packs + f${f}];
    ${
      each(taps, (t) => {
        const value = along.of(`x${Math.floor(t / along.width)}`, t);
        return `s${t}_${f} = fma(${pack.type}(${value}), d${f}, s${t}_${f});`;
      })
    }`)
  }
  }
  ${
    each(taps, (t) => `
  if (first + ${t} < taps) {
    ${
      each(
        packs,
        (f) =>
          `if (firstPack + ${f} < packs) { dKernel[(first + ${t}) * packs + f${f}] = s${t}_${f}; }`,
      )
    }
  }`)
  }
}`;
  const outputs = shape.batch * shape.outHeight * shape.outWidth;
  for (let first = 0; first < outputs; first += LOOP_ROUNDS) {
    queue.dispatch({
      code,
      buffers: [x, dz, dKernel],
      uniforms: [0, first, Math.min(first + LOOP_ROUNDS, outputs)],
      workgroups: workgroups(
        Math.ceil(size / taps),
        Math.ceil(shape.filters / FILTER_TILE.filters),
      ),
    });
  }
}

/** Encodes the gradient of the images. */
export function dispatchInputGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [dz, kernel, dx]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { pixels, channels } = INPUT_TILE;
  const { strideHeight, strideWidth, paddedHeight, paddedWidth, batch } = shape;
  // The pixels of one phase, a remainder of row and column by the strides, are under the same taps.
  const rows = Math.ceil(paddedHeight / strideHeight);
  const columns = Math.ceil(paddedWidth / strideWidth);
  const across = Math.ceil(shape.channels / channels);
  const pack = packOf(shape.filters);
  const under = [shape.kernelHeight / strideHeight, shape.kernelWidth / strideWidth].map(Math.ceil);
  assertRounds(shape, under[0]!, under[1]!, shape.filters / pack.width);
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, [["dz", pack], ["kernel", pack], ["dx", packOf(1)]])}
const rows = ${rows};
const columns = ${columns};
${MAIN}
  let all = params.batch * rows * columns;
  if (thread * ${pixels} >= all) { return; }
  let phase = i32(group.y) / ${across};
  let phaseRow = phase / strideWidth;
  let phaseColumn = phase % strideWidth;
  let firstChannel = i32(group.y) % ${across} * ${channels};
  ${each(channels, (c) => `let channel${c} = min(firstChannel + ${c}, channels - 1) * filters;`)}
  ${
      each(pixels, (p) => `
  let p${p} = min(thread * ${pixels} + ${p}, all - 1);
  let u${p} = p${p} / columns % rows;
  let v${p} = p${p} % columns;
  let image${p} = p${p} / (rows * columns);
  let at${p} = ((image${p} * outHeight + u${p}) * outWidth + v${p}) * filters;
  ${each(channels, (c) => `var s${p}_${c} = 0.0;`)}`)
    }
  // Taps descending are outputs ascending.
  for (var a = (kernelHeight - 1 - phaseRow + strideHeight) / strideHeight - 1; a >= 0; a--) {
    for (var b = (kernelWidth - 1 - phaseColumn + strideWidth) / strideWidth - 1; b >= 0; b--) {
      let tap = ((phaseRow + a * strideHeight) * line + (phaseColumn + b * strideWidth) * channels) * filters;
      let back = (a * outWidth + b) * filters;
      ${
      each(pixels, (p) => `
      let seen${p} = u${p} >= a && u${p} - a < outHeight && v${p} >= b && v${p} - b < outWidth;
      let from${p} = select(0, at${p} - back, seen${p});
      ${each(channels, (c) => `var t${p}_${c} = 0.0;`)}`)
    }
      for (var k = 0; k < filters; k += ${pack.width}) {
        ${each(pixels, (p) => `let d${p} = dz[(from${p} + k) / ${pack.width}];`)}
        ${
      each(channels, (c) => `
        let w${c} = kernel[(tap + channel${c} + k) / ${pack.width}];
        ${
        each(pack.width, (k) =>
          each(
            pixels,
            (p) => `t${p}_${c} = fma(${pack.of(`d${p}`, k)}, ${pack.of(`w${c}`, k)}, t${p}_${c});`,
          ))
      }`)
    }
      }
      ${
      each(pixels, (p) => `
      if (seen${p}) {
        ${each(channels, (c) => `s${p}_${c} += t${p}_${c};`)}
      }`)
    }
    }
  }
  ${
      each(pixels, (p) => `
  let row${p} = u${p} * strideHeight + phaseRow - top;
  let column${p} = v${p} * strideWidth + phaseColumn - left;
  if (thread * ${pixels} + ${p} < all && row${p} >= 0 && row${p} < height && column${p} >= 0 && column${p} < width) {
    let to = ((image${p} * height + row${p}) * width + column${p}) * channels + firstChannel;
    ${each(channels, (c) => `if (firstChannel + ${c} < channels) { dx[to + ${c}] = s${p}_${c}; }`)}
  }`)
    }
}`,
    buffers: [dz, kernel, dx],
    uniforms: [0, batch],
    workgroups: workgroups(
      Math.ceil(batch * rows * columns / pixels),
      strideHeight * strideWidth * across,
    ),
  });
}
