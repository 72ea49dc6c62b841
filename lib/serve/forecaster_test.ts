import { assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { checkForecaster, checkSuccessor, type Forecaster } from "./forecaster.ts";
import { linkQuantities, stubForecaster } from "./testing.ts";

const refused: readonly [string, Partial<Forecaster>][] = [
  ["its window is 0", { window: 0 }],
  ["its horizon is NaN", { horizonSeconds: NaN }],
  ["its rows are 0 s apart", { spacingSeconds: 0 }],
  ["a name of its own", { features: [...linkQuantities, ...linkQuantities] }],
  ["a name of its own", { features: [{ name: "timestamp", unit: "s" }] }],
  ["it has no targets", { targets: [] }],
  ['"queue_depth" is not a feature', { targets: [{ name: "queue_depth", unit: "" }] }],
];

Deno.test("`checkForecaster` refuses a model that cannot be served", () => {
  for (const [says, parts] of refused) {
    assertThrows(() => checkForecaster(stubForecaster(parts)), InputError, says);
  }
});

const unfit: readonly [string, Partial<Forecaster>][] = [
  ["features", { features: linkQuantities.toReversed() }],
  ["features", { features: linkQuantities.map((each) => ({ ...each, unit: "s" })) }],
  ["targets", { targets: linkQuantities.slice(0, 1) }],
  ["window rows are 4", { window: 4 }],
  ["seconds of spacing are 1", { spacingSeconds: 1 }],
  ["seconds of horizon are 900", { horizonSeconds: 900 }],
  ["scalers are other", { scalerHash: "other" }],
];

Deno.test("`checkSuccessor` refuses a model that reads other samples, or reads them otherwise", () => {
  const serving = stubForecaster();
  for (const [says, parts] of unfit) {
    const next = stubForecaster({ version: "stub-2", ...parts });
    assertThrows(() => checkSuccessor(serving, next), InputError, says);
  }
  assertThrows(() => checkSuccessor(serving, stubForecaster()), InputError, "serves already");
});
