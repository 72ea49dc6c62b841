import { assert } from "@std/assert";
import { rootKey } from "assay";
import { filterScore, scorecard } from "./scorecard.ts";

// The demands under which the parameters of v2 were chosen; README.md has twelve keys.
for (const seed of [1, 2, 3]) {
  Deno.test(`v2 at horizon 15 asks for its dynamics and rewards them, key ${seed}`, () => {
    const card = scorecard(rootKey(seed).key("data"), { preset: "v2", rows: 15_000 }, 15);
    const { ceiling, persistence, lookup, ridge } = card;
    assert(ceiling.correlation >= 0.99, `ceiling r ${ceiling.correlation}`);
    assert(ceiling.mape <= 2, `ceiling MAPE ${ceiling.mape}`);
    assert(persistence.correlation < 0.9, `persistence r ${persistence.correlation}`);
    assert(lookup.correlation < 0.9, `lookup r ${lookup.correlation}`);
    assert(ridge.correlation < 0.98, `ridge r ${ridge.correlation}`);
    for (const { error } of [ridge, persistence, lookup, card["window mean"]]) {
      assert(1 - ceiling.error / error >= 0.6, `baseline error ${error}`);
    }
  });
}

Deno.test("`filterForecasts()` nearly reaches the ceiling of v2 from windows alone", () => {
  const { filter, ceiling } = filterScore(
    rootKey(1).key("data"),
    { preset: "v2", rows: 15_000 },
    15,
    60,
  );
  assert(filter.correlation >= 0.99, `filter r ${filter.correlation}`);
  assert(filter.correlation <= ceiling.correlation + 0.001);
  assert(filter.error <= 1.5 * ceiling.error, `${filter.error} against ${ceiling.error}`);
});

Deno.test("lownoise is easy by construction: copying the last row clears the guide's bars", () => {
  const { persistence } = scorecard(
    rootKey(1).key("data"),
    { preset: "lownoise", rows: 15_000 },
    1,
  );
  assert(persistence.correlation >= 0.98 && persistence.mape <= 5);
});
