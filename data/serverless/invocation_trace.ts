/**
 * A trace of invocations as typed columns, and what is known of the functions that were invoked.
 *
 * @module
 */

/** A function of the trace. */
export interface TracedFunction {
  /** Name of its application. */
  readonly app: string;
  /** Its name, unique within the application. */
  readonly func: string;
  /** Its application, an index in order of first appearance. */
  readonly appIndex: number;
  /** Where its callers are, an index into {@linkcode REGIONS}. */
  readonly homeRegion: number;
  /** Where it ran when the trace was taken, an index into {@linkcode PROVIDERS}. */
  readonly provider: number;
  /** The memory it was given then, MB, one of {@linkcode MEMORY_TIERS_MB}. */
  readonly memoryMb: number;
}

/** Invocations in order of their end, one row each. */
export interface InvocationTrace {
  readonly functions: readonly TracedFunction[];
  /** The function of each row, an index into `functions`. */
  readonly functionIndex: Uint16Array;
  /** When each row ended, seconds since midnight of a Sunday. */
  readonly endSeconds: Float64Array;
  /** How long each row ran, seconds. */
  readonly durationSeconds: Float32Array;
}

/** The document's clouds. */
export const PROVIDERS = ["aws", "azure", "gcp"] as const;

/** The document's regions. */
export const REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1"] as const;

/** The document's memory sizes, MB. */
export const MEMORY_TIERS_MB = [128, 256, 512, 1024, 2048, 3008] as const;
