/**
 * Trained predictors among the files of a run: the weights of the best and of the last epoch, what there is to know of
 * them, and the network as ONNX.
 *
 * | file | holds |
 * | --- | --- |
 * | `model/NAME.safetensors` | the weights of the best epoch, as `ctx.fit` leaves them |
 * | `model/NAME_final.safetensors` | those of the last |
 * | `model/NAME_metadata.json` | {@linkcode SavedFacts} |
 * | `model/NAME.onnx` | the network with the best: standardised numbers in and out, the mask an input |
 *
 * @module
 */

import {
  canonicalJson,
  type Context,
  decodeSafetensors,
  InputError,
  modelTrainable,
  parseScaler,
  readState,
  rootKey,
  safetensorsParts,
  SavedState,
  type Scaler,
  sha256Hex,
  type ShapedArray,
  variablesState,
  type ZScore,
} from "assay";
import type { Prefixes } from "./prefixes.ts";
import { factsOf, type Making } from "./saved_facts.ts";
import { type SavedFacts, savedSchema } from "./saved_schema.ts";
import { prefixInputs, type Standardisation } from "./standardisation.ts";
import {
  type Foreteller,
  foreteller,
  horizonLoss,
  networkFor,
  type Predictor,
  type TrainingOptions,
} from "./training.ts";

const SUFFIX = "_metadata.json";

/** A predictor that was read back. */
export interface SavedPredictor extends Foreteller {
  readonly facts: SavedFacts;
}

/**
 * Leaves a predictor in the run's folder.
 *
 * @param name Under which `ctx.fit` trained it.
 */
export async function savePredictor(
  ctx: Pick<Context<unknown>, "runId" | "profile" | "seed" | "writeFile" | "exportModel">,
  name: string,
  predictor: Predictor,
  making: Making,
): Promise<SavedFacts> {
  const { network } = predictor;
  const best = await weightsFile(await readState(variablesState(weightsOf(network)).state()));
  const final = await weightsFile(predictor.lastWeights);
  const files = { best: `model/${name}.safetensors`, final: `model/${name}_final.safetensors` };
  const facts = savedSchema.parse({
    schema: "som-oracle/predictor@1",
    name,
    run: { id: ctx.runId, profile: ctx.profile, seed: ctx.seed },
    ...await factsOf(predictor, making),
    weights: {
      best: { file: files.best, sha256: sha256Hex(best) },
      final: { file: files.final, sha256: sha256Hex(final) },
    },
  });
  await ctx.writeFile(files.final, final);
  await ctx.writeFile(`model/${name}${SUFFIX}`, `${canonicalJson(facts, { indent: 2 })}\n`);
  await ctx.exportModel(name, network, {
    ...networkInputs(predictor, making.test),
    metadata: { predictor: canonicalJson(facts) },
  });
  return facts;
}

/**
 * Reads a predictor that {@linkcode savePredictor} left: on the device on which it was trained it foretells the
 * same, bit for bit.
 *
 * @param folder Of the run.
 * @param weights Of the best epoch or of the last.
 * @throws {InputError} When files are missing, damaged, or do not belong together.
 */
export async function loadPredictor(
  folder: string,
  name: string,
  weights: "best" | "final" = "best",
): Promise<SavedPredictor> {
  const refuse = (found: string): never => {
    throw new InputError(
      `Cannot use the predictor "${name}" of ${folder}: ${found}. Get the folder again from where it came, or run ` +
        `the experiment again.`,
    );
  };
  const read = async (file: string) => {
    try {
      return await Deno.readFile(`${folder}/${file}`);
    } catch (error) {
      return refuse(`${file} cannot be read (${(error as Error).message})`);
    }
  };
  const metadata = `model/${name}${SUFFIX}`;
  const facts = factsIn(await read(metadata), metadata, refuse);
  const standardisation = standardisationOf(facts, `${folder}/${metadata}`, refuse);
  const { file, sha256 } = facts.weights[weights];
  const bytes = await read(file);
  if (sha256Hex(bytes) !== sha256) refuse(`${file} is not the file that ${metadata} names`);
  const { tensors } = decodeSafetensors(bytes, `${folder}/${file}`);
  const { name: network, parameters, ...reading } = facts.network;
  const options: TrainingOptions = { network, ...reading, epochs: facts.training.epochs.most };
  const model = networkFor(rootKey(0), facts, options);
  if (model.countParams() !== parameters) {
    refuse(`its network has ${model.countParams()} parameters instead of ${parameters}`);
  }
  new SavedState(tensors, `${folder}/${file}`).assign(weightsOf(model));
  return { ...foreteller(model, options, standardisation), facts };
}

/** The names of the predictors that a run left, sorted. */
export function savedNames(folder: string, below = ""): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(`${folder}/model/${below}`)]
      .sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries.flatMap(({ name, isDirectory }) => {
    if (isDirectory) return savedNames(folder, `${below}${name}/`);
    return name.endsWith(SUFFIX) ? [`${below}${name.slice(0, -SUFFIX.length)}`] : [];
  });
}

/** Files of a predictor that {@linkcode loadPredictor} reads, in the run's folder. */
export function filesOf(name: string): string[] {
  return [`model/${name}${SUFFIX}`, `model/${name}.safetensors`];
}

function weightsOf(network: Predictor["network"]) {
  return modelTrainable(network, horizonLoss).weights;
}

async function weightsFile(weights: ReadonlyMap<string, ShapedArray>): Promise<Uint8Array> {
  const parts = safetensorsParts(Object.fromEntries(weights));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Names of a network's inputs, and what prefixes are to it. */
function networkInputs({ options, standardisation }: Predictor, prefixes: Prefixes) {
  const samples = prefixes.run.length;
  const { time, steps, mask, context } = prefixInputs(prefixes, standardisation);
  const inputs = {
    ...options.readsPrefix && {
      prefix: { shape: [samples, time, steps.length / samples / time], data: steps },
      mask: { shape: [samples, time], data: mask },
    },
    ...options.readsContext && {
      context: { shape: [samples, context.length / samples], data: context },
    },
  };
  return { inputNames: Object.keys(inputs), inputs: Object.values(inputs) };
}

function factsIn(
  bytes: Uint8Array,
  file: string,
  refuse: (found: string) => never,
): SavedFacts {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    return refuse(`${file} is no JSON (${(error as Error).message})`);
  }
  const { data, error } = savedSchema.safeParse(value);
  if (data !== undefined) return data;
  const { path, message } = error.issues[0]!;
  return refuse(`in ${file}, ${path.join(".") || "all"} is wrong: ${message}`);
}

function standardisationOf(
  { standardisation, features, context, targets, network: { ahead } }: SavedFacts,
  source: string,
  refuse: (found: string) => never,
): Standardisation {
  const scaler = (name: keyof typeof standardisation, columns: number): ZScore => {
    const own: Scaler = parseScaler(standardisation[name], `${source}, ${name}`);
    if (own.kind === "z-score" && own.columns.length === columns) return own;
    return refuse(`its ${name} are ${columns}, but scaled as ${own.kind} of ${own.columns.length}`);
  };
  return {
    features: scaler("features", features.length),
    context: standardisation.context === null ? null : scaler("context", context.length),
    targets: scaler("targets", (ahead.length + 1) * targets.length),
  };
}
