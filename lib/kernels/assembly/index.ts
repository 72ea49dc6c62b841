// The exports of both binaries. No file here keeps state in memory: every pointer comes from the caller.
export * from "./constants";
export { activationGradient } from "./activation";
export { multiplyAdd } from "./lanes";
export { exp, log, sigmoid, tanh } from "./elementary";
export { conv2d, conv2dScratchBytes } from "./conv2d";
export {
  conv2dFilterGradient, conv2dInputGradient, filterGradientScratchBytes, inputGradientScratchBytes,
} from "./conv2d_gradients";
export { cropImages, padImages } from "./conv2d_pad";
export { gemm, gemmScratchBytes } from "./gemm";
export {
  tile1Wide, tile2Wide, tile3Wide, tile4Wide, tile5Wide, tile6Wide,
  tile1Narrow, tile2Narrow, tile3Narrow, tile4Narrow, tile5Narrow, tile6Narrow,
} from "./gemm_tile";
export { sumRows } from "./sum_rows";
