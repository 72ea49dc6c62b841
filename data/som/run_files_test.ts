import { InputError, rootKey } from "assay";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { collectRuns } from "./collect.ts";
import { metadataPath, readRuns, writeRuns } from "./run_files.ts";
import { isSomRun, type RunRecord } from "./run_record.ts";
import { simulatedRuns } from "./simulated.ts";

const real = [...collectRuns(rootKey(1), { dataSets: 2, runsPerDataSet: 2 })];
const simulated = simulatedRuns(rootKey(1), 4);

/** Calls `act` with the path of a file that is gone afterwards. */
async function inFolder(act: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(`${folder}/runs.csv`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("`readRuns()` gives back what `writeRuns()` wrote, to the bit", async () => {
  await inFolder(async (path) => {
    for (const runs of [real, simulated]) {
      await writeRuns(path, runs, { note: "a, b" });
      const file = await readRuns(path);
      assertEquals(file.runs, runs);
      assertEquals(file.runs.every(isSomRun), runs === real);
      assertEquals(
        [file.dataType, file.checkpoints, file.note],
        [runs[0]!.dataType, runs === real ? 21 : 10, "a, b"],
      );
      const first = await Deno.readTextFile(path);
      await writeRuns(path, file.runs, { note: "a, b" });
      assertEquals(await Deno.readTextFile(path), first);
    }
  });
});

Deno.test("`readRuns()` reads the document's format", async () => {
  await inFolder(async (path) => {
    const history = '{"epochs": [10, 505, 1000], "mqe": [0.5, 0.3, 0.2], ' +
      '"topographic_error": [0.1, 0, 0.1], "dead_neuron_ratio": [0.3, 0.4, 0.5], "num_checkpoints": 3}';
    await Deno.writeTextFile(
      path,
      "uid,final_mqe,final_topographic_error,final_dead_neuron_ratio,training_history\n" +
        `a1,0.19,0.05,0.6,"${history.replaceAll('"', '""')}"\n`,
    );
    const metadata = {
      num_sequences: 1,
      num_checkpoints: 3,
      features: ["mqe", "topographic_error", "dead_neuron_ratio"],
      targets: ["final_mqe", "final_topographic_error", "final_dead_neuron_ratio"],
      data_type: "simulated",
      note: "made up",
    };
    await Deno.writeTextFile(metadataPath(path), JSON.stringify(metadata));
    const { runs } = await readRuns(path);
    assertEquals(runs[0]!.final, { mqe: 0.19, topographicError: 0.05, deadNeuronRatio: 0.6 });
    assertEquals(runs[0]!.history.map(({ epoch }) => epoch), [10, 505, 1000]);
    assert(!isSomRun(runs[0]!));
  });
});

/** What is done to the two files, and what the refusal says. */
const faults: Readonly<
  Record<string, [(csv: string) => string, (json: string) => string, string]>
> = {
  "a uid twice": [
    (csv) => csv.replace(real[2]!.uid, real[0]!.uid),
    same,
    `rows 1 and 3 both have the uid "${real[0]!.uid}"`,
  ],
  "another number of rows": [
    same,
    (json) => json.replace('"num_sequences": 4', '"num_sequences": 5'),
    "its metadata says num_sequences 5, but it has 4",
  ],
  "another length": [
    same,
    (json) => json.replace('"num_checkpoints": 21', '"num_checkpoints": 10'),
    "its metadata says num_checkpoints 10, but it has 21",
  ],
  "a feature it lacks": [
    same,
    (json) => json.replace('"radius"', '"rho"'),
    "its metadata names the features rho",
  ],
  "another target": [
    same,
    (json) => json.replace('"final_mqe"', '"best_mqe"'),
    "targets best_mqe",
  ],
  "another type": [
    same,
    (json) => json.replace('"real"', '"simulated"'),
    "yet it says how they were trained",
  ],
  "a type that varies": [
    (csv) => csv.replace(",real,", ",simulated,"),
    same,
    'but row 1 says "simulated"',
  ],
  "metadata that is none": [same, () => "{}", "num_sequences is wrong"],
  "metadata that is no JSON": [same, () => "{", "cannot be read"],
  "NaN in a column": [
    (csv) => csv.replace(`,${real[0]!.final.mqe},`, ",NaN,"),
    same,
    'column "final_mqe", holds "NaN"',
  ],
  "NaN in a history": [
    (csv) => csv.replace(`[${real[1]!.history[0]!.mqe},`, "[NaN,"),
    same,
    "in row 2",
  ],
  "a list that is shorter": [
    (csv) => csv.replace(`[${real[1]!.history[0]!.mqe},`, "["),
    same,
    "epochs has 21 values, but mqe has 20",
  ],
  "an end that is not the last step's": [
    (csv) => csv.replace(`,${real[0]!.final.mqe},`, ",0.123,"),
    same,
    "row 1 ends with mqe 0.123, but its history with",
  ],
  "another beginning": [
    (csv) => csv.replace(`,${real[0]!.history[0]!.mqe},`, ",0.123,"),
    same,
    "row 1 has initial_mqe 0.123, but its history begins with",
  ],
  "a configuration that is none": [
    (csv) => csv.replace('""sections"":1', '""sections"":0'),
    same,
    "config_json in row 1",
  ],
  "a column less": [(csv) => csv.replace("seed", "sown"), same, "it has only dataset_id"],
  "no uid": [(csv) => csv.replace("uid", "id"), same, 'lacks "uid"'],
  "no rows": [(csv) => csv.slice(0, csv.indexOf("\n") + 1), same, "Cannot read"],
};
for (const [name, [changeCsv, changeJson, message]] of Object.entries(faults)) {
  Deno.test(`\`readRuns()\` refuses ${name}`, async () => {
    await inFolder(async (path) => {
      await writeRuns(path, real);
      const before = [path, metadataPath(path)].map((each) => Deno.readTextFileSync(each));
      const after = [changeCsv(before[0]!), changeJson(before[1]!)];
      assert(after.join() !== before.join());
      await Deno.writeTextFile(path, after[0]!);
      await Deno.writeTextFile(metadataPath(path), after[1]!);
      await assertRejects(() => readRuns(path), InputError, message);
    });
  });
}

Deno.test("`readRuns()` refuses histories of several lengths", async () => {
  await inFolder(async (path) => {
    const longer = simulatedRuns(rootKey(2), 1, 12);
    await writeRuns(path, longer);
    const [_, row] = (await Deno.readTextFile(path)).split("\r\n");
    await writeRuns(path, simulated);
    await Deno.writeTextFile(path, `${row}\r\n`, { append: true });
    const says = "the length of the history of row 5 is 12, that of row 1 is 10";
    await assertRejects(() => readRuns(path), InputError, says);
  });
});

Deno.test("`writeRuns()` refuses runs that do not belong together", async () => {
  await inFolder(async (path) => {
    const refused: [readonly RunRecord[], string][] = [
      [[], "there is none"],
      [[real[0]!, simulated[0]!], "the length of the history"],
      [[real[0]!, real[0]!], "both have the uid"],
      [[real[0]!, ...simulatedRuns(rootKey(1), 1, 21)], "the data type of row 2 is simulated"],
    ];
    for (const [runs, message] of refused) {
      await assertRejects(() => writeRuns(path, runs), RangeError, message);
    }
  });
});

function same(text: string): string {
  return text;
}
