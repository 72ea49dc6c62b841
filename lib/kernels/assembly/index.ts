// The exports of both binaries. No file here keeps state in memory: every pointer comes from the caller.
export * from "./constants";
export { multiplyAdd } from "./lanes";
export { exp, log, sigmoid, tanh } from "./elementary";
export { conv2d, conv2dScratchBytes } from "./conv2d";
export {
  conv2dFilterGradient, conv2dInputGradient, filterGradientScratchBytes, inputGradientScratchBytes,
} from "./conv2d_gradients";
export { cropImages, padImages } from "./conv2d_pad";
export { gemm, gemmScratchBytes } from "./gemm";
export { activateOver, slopeOver } from "./activation";
export { denseSlopes } from "./dense";
export { adam } from "./adam";
export { fingerprint } from "./fingerprint";
export { meanLoss, meanLossGradient } from "./loss";
export { softUpdate } from "./soft_update";
export {
  tile1Wide, tile2Wide, tile3Wide, tile4Wide, tile5Wide,
  tile1Narrow, tile2Narrow, tile3Narrow, tile4Narrow, tile5Narrow,
} from "./gemm_tile";
export { lstmForward, lstmForwardScratchBytes } from "./lstm_forward";
export { lstmBackward, lstmBackwardScratchBytes } from "./lstm_backward";
export { lstmInputs, lstmInputsScratchBytes } from "./lstm_inputs";
export { layerNorm, layerNormInput, layerNormWeights } from "./layer_norm";
export { batchNorm, batchNormInput, batchNormWeights } from "./batch_norm";
export { rowSumScratchBytes } from "./row_sums";
export { dropout } from "./dropout";
export { gatherWindows } from "./gather_windows";
export { lastStep, lastStepGradient, prefixSteps } from "./prefix";
export { softmaxAttention, softmaxAttentionGradient } from "./softmax_attention";
