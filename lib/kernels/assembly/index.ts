// The exports of both binaries. No file here keeps state in memory: every pointer comes from the caller.
export * from "./constants";
export { multiplyAdd } from "./lanes";
export { exp, log, sigmoid, tanh } from "./elementary";
export { gemm, gemmScratchBytes } from "./gemm";
export { denseSlopes } from "./dense";
export {
  tile1Wide, tile2Wide, tile3Wide, tile4Wide, tile5Wide, tile6Wide,
  tile1Narrow, tile2Narrow, tile3Narrow, tile4Narrow, tile5Narrow, tile6Narrow,
} from "./gemm_tile";
export { dropout } from "./dropout";
export { gatherWindows } from "./gather_windows";
export { softmaxAttention, softmaxAttentionGradient } from "./softmax_attention";
