/**
 * The file that says how a training has gone so far.
 *
 * @module
 */

import { InputError, sha256Hex, z } from "assay";
import { parseSequence, type Step } from "../../data/som.ts";

const share = z.number().min(0).max(1);

/** What a file may say beside the document's lists; which of it is needed depends on the predictor. */
const furtherSchema = z.object({
  progress: z.array(share).optional(),
  total_epochs: z.number().positive().optional(),
  learning_rate: z.array(z.number().positive()).optional(),
  radius: z.array(z.number().positive()).optional(),
  samples: z.int().min(1).optional(),
  dimensions: z.int().min(1).optional(),
  configuration: z.looseObject({}).optional(),
});

/** Further keys of a file. */
export type FurtherKeys = z.output<typeof furtherSchema>;

/** Its lists among them. */
const LISTS = ["progress", "learning_rate", "radius"] as const;

/** A training under way. */
export interface PartialSequence {
  /** The file's path. */
  readonly source: string;
  readonly sha256: string;
  /** Its checkpoints, at least one; their epochs rise. */
  readonly steps: readonly Step[];
  /** As many values in each list as there are steps. */
  readonly further: FurtherKeys;
}

/**
 * Reads a JSON file with the lists that `parseSequence` reads, and further keys.
 *
 * @throws {InputError} When it cannot be read or is no such file, or its epochs do not rise.
 */
export async function readPartialSequence(path: string): Promise<PartialSequence> {
  const refuse = (found: string): never => {
    throw new InputError(
      `Cannot read ${path} as a training under way: ${found}. It is a JSON object of lists of equal length: epochs, ` +
        `mqe, topographic_error and dead_neuron_ratio, and what else the predictor reads.`,
    );
  };
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    return refuse(`it cannot be opened (${(error as Error).message})`);
  }
  const steps = parseSequence(documentsPart(text), path);
  const { data, error } = furtherSchema.safeParse(JSON.parse(text));
  if (data === undefined) {
    const { path, message } = error.issues[0]!;
    return refuse(`${path.join(".")}: ${message}`);
  }
  for (const name of LISTS) {
    const length = data[name]?.length ?? steps.length;
    if (length !== steps.length) {
      refuse(`epochs has ${steps.length} values, but ${name} has ${length}`);
    }
  }
  steps.forEach(({ epoch }, i) => {
    if (i > 0 && epoch <= steps[i - 1]!.epoch) {
      refuse(`its epochs do not rise: ${epoch} comes after ${steps[i - 1]!.epoch}`);
    }
  });
  if (data.progress !== undefined && data.total_epochs !== undefined) {
    refuse("it has both progress and total_epochs, and one of them says all");
  }
  return { source: path, sha256: sha256Hex(text), steps, further: data };
}

/** A file's text without the lists of which `parseSequence` wants all or none; unchanged where it is no JSON. */
function documentsPart(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const ours: readonly string[] = [...LISTS, "updates"];
  return JSON.stringify(value, (key, each) => ours.includes(key) ? undefined : each);
}
