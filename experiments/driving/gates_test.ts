import { assertAlmostEquals, assertEquals } from "@std/assert";
import { metric } from "assay";
import { type Evaluated, Evaluations } from "./driver_training.ts";
import { atGate, GATE_LINES, gateReached, judgeGate } from "./gates.ts";
import { Readings, type Tag } from "./readings.ts";

const references = { wandering: 2, pursuit: 32 };

function evaluated(transitions: number, totalReward: number, success: number): Evaluated {
  return {
    ...{ transitions, totalReward, success, episodes: 20, successes: 20 * success },
    ...{ progress: 100, meanSpeed: 5, meanAbsOffset: 0.5, meanAbsJerk: 1 },
  };
}

/** A healthy training, but for what is said. */
function history(differing: Partial<Record<Tag, number>> = {}) {
  const usual: Partial<Record<Tag, number>> = {
    "debug/q1_mean": 2,
    "debug/q1_std": 0.5,
    "debug/q1_min": 1,
    "debug/q1_max": 4,
    "debug/actor_q_mean": 2.5,
    "debug/td_error_q1": 0.05,
    "debug/cnn_features_l2_norm": 9,
    "debug/cnn_features_mean": -0.4,
    "debug/cnn_features_std": 0.6,
    "debug/cnn_features_min": -0.1,
    "debug/cnn_features_max": 4,
    "alerts/gradient_explosion_critical": 0,
  };
  const readings = new Readings();
  for (const [tag, value] of Object.entries({ ...usual, ...differing })) {
    for (let n = 1; n <= 20; n++) readings.add(tag, 250 * n, value);
  }
  const evaluations = new Evaluations();
  evaluations.add(evaluated(2512, 1, 0));
  evaluations.add(evaluated(5008, 10, 0.2));
  return { readings, evaluations };
}

const failures = (differing: Partial<Record<Tag, number>>) =>
  judgeGate(2, atGate(2, history(differing), references)).failed.map((line) => line.split("  ")[1]);

Deno.test("a healthy training passes G2, and its lines say so", () => {
  const { lines, failed } = judgeGate(2, atGate(2, history(), references));
  assertEquals(failed, []);
  assertEquals(lines.length, GATE_LINES.filter(({ gate }) => gate === 2).length);
  assertEquals(lines[0], "PASS  g2/norm 9.000 (≤ 100)");
});

Deno.test("G2 tells what fails, with its value and its bound", () => {
  assertEquals(
    failures({ "debug/cnn_features_l2_norm": 2e5 }),
    ["g2/norm 200000 (≤ 100)"].map((text) => text.replace("200000", "2.000e+5")),
  );
  assertEquals(failures({ "debug/actor_q_mean": 44 }), [
    "g2/value 44.00 (≤ 9)",
    "g2/gap 84.00 (≤ 3)",
  ]);
  assertEquals(failures({ "debug/td_error_q1": 0.2 }), ["g2/td-error 6.000 (≤ 5)"]);
  assertEquals(failures({ "debug/q1_std": NaN }), ["g2/gap NaN (≤ 3)"]);
  assertEquals(failures({ "alerts/gradient_explosion_critical": 1 }), ["g2/critical 20.00 (≤ 0)"]);
});

Deno.test("what comes after a gate does not count at it", () => {
  const later = history();
  later.readings.add("debug/cnn_features_l2_norm", 7500, 1e6);
  later.evaluations.add(evaluated(7504, -1, 0));
  assertEquals(atGate(2, later, references), atGate(2, history(), references));
});

Deno.test("G3 is judged by the last three evaluations", () => {
  const { readings, evaluations } = history();
  for (const [at, reward, success] of [[45_008, 20, 0.4], [47_504, 26, 0.9], [50_000, 14, 0.5]]) {
    evaluations.add(evaluated(at!, reward!, success!));
  }
  const found = atGate(3, { readings, evaluations }, references);
  assertAlmostEquals(found["g3/success"]!.value, 0.6);
  assertAlmostEquals(found["g3/share/pursuit"]!.value, 20 / 32);
  assertEquals(judgeGate(3, found).failed, []);
  assertEquals(judgeGate(3, { ...found, "g3/success": metric(0.49, "higher") }).failed.length, 1);
});

Deno.test("`gateReached()` names a gate at the first evaluation that stands at it", () => {
  const evaluations = new Evaluations();
  const reached = [2512, 5008, 7504, 50_000].map((at) => {
    evaluations.add(evaluated(at, 0, 0));
    return gateReached([2, 3], evaluations);
  });
  assertEquals(reached, [undefined, 2, undefined, 3]);
});
