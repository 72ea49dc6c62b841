/**
 * What an encoder makes of noise before it has learned anything: the document's own module test.
 */

import { type Key, normal, readBack, tf, type tfl } from "assay";
import { type EncoderName, encoders, frameEncoder, STACK } from "./networks.ts";

/** Images of the test. */
const IMAGES = 32;

/** How much brighter they are made to see what normalisation does. */
const BRIGHTER = 10;

/** Features of noise. */
export interface FeatureStatistics {
  /** Mean over the images of one image's norm. */
  readonly norm: number;
  /** The norm of all images' features at once, which is what the document prints. */
  readonly batchNorm: number;
  /** The norm of all images. */
  readonly inputNorm: number;
  readonly mean: number;
  readonly sd: number;
  /** By how much of their norm the features of ten times brighter images differ. */
  readonly scaledInput: number;
}

/** Shows a new encoder 32 images of standard normal noise. */
export async function inspectEncoder(
  name: EncoderName,
  layerNorm: boolean,
  key: Key,
): Promise<FeatureStatistics> {
  const { side } = encoders[name];
  const encoder = frameEncoder(name, layerNorm, key.key("weights"));
  const shape: [number, number, number, number] = [IMAGES, side, side, STACK];
  const noise = Float32Array.from(normal(key.key("noise"), tf.util.sizeFromShape(shape)));
  const features = await featuresOf(encoder, noise, shape);
  const brighter = await featuresOf(encoder, noise.map((value) => BRIGHTER * value), shape);
  encoder.dispose();
  const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
  const square = features.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const width = features.length / IMAGES;
  const norms = Array.from(
    { length: IMAGES },
    (_, i) => normOf(features.subarray(i * width, (i + 1) * width)),
  );
  return {
    norm: norms.reduce((sum, norm) => sum + norm, 0) / IMAGES,
    batchNorm: normOf(features),
    inputNorm: normOf(noise),
    mean,
    sd: Math.sqrt(square / features.length),
    scaledInput: normOf(brighter.map((value, i) => value - features[i]!)) / normOf(features),
  };
}

async function featuresOf(
  encoder: tfl.LayersModel,
  images: Float32Array,
  shape: [number, number, number, number],
): Promise<Float32Array> {
  const features = tf.tidy(() => encoder.apply(tf.tensor4d(images, shape)) as tf.Tensor);
  const [read] = await readBack([features]);
  features.dispose();
  return read!;
}

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
