/**
 * Writes `digests.json` anew, in both arithmetics, and says which digests are other ones than before.
 *
 * Run it as `deno task golden` after a change that is meant to change bits.
 *
 * @module
 */

import { closeDevice, openDevice } from "../../lib/device/device.ts";
import { type Digests, trainAll } from "./train.ts";

const file = new URL("./digests.json", import.meta.url);
const before: Record<string, Record<string, Digests>> = JSON.parse(Deno.readTextFileSync(file));
// What this CPU cannot compute stays as it is.
const after = { ...before };

for (const numerics of ["auto", "strict"] as const) {
  const device = await openDevice({ backend: "wasm", numerics });
  const trained: Record<string, Digests> = {};
  for await (const { model, digests } of trainAll()) trained[model] = digests;
  await closeDevice();
  after[device.numerics] = trained;
}
Deno.writeTextFileSync(file, `${JSON.stringify(after, null, 2)}\n`);

/** Every digest by its place in the file. */
const byPlace = (golden: typeof before) =>
  new Map(
    Object.entries(golden).flatMap(([numerics, models]) =>
      Object.entries(models).flatMap(([model, digests]) =>
        Object.entries(digests).map(([part, digest]) => [`${numerics} ${model} ${part}`, digest])
      )
    ),
  );
const [old, fresh] = [byPlace(before), byPlace(after)];
const changes = [...new Set([...old.keys(), ...fresh.keys()])]
  .filter((place) => old.get(place) !== fresh.get(place))
  .map((place) =>
    `${place}: ${old.get(place)?.slice(0, 12) ?? "absent"} -> ` +
    `${fresh.get(place)?.slice(0, 12) ?? "absent"}\n`
  );
const verdict = `${changes.length} of ${fresh.size} digests changed.\n`;
Deno.stdout.writeSync(new TextEncoder().encode(changes.join("") + verdict));
