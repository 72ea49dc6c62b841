import { assertEquals } from "@std/assert";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { actorPolicy } from "./continuous_policy.ts";
import { ContinuousStage } from "./continuous_stage.ts";
import { networksOf, walking } from "./continuous_testing.ts";
import { EpisodeReplay } from "./episode_replay.ts";
import { Td3Learner } from "./td3_learner.ts";
import { openWasm } from "./testing.ts";

const key = rootKey(61);

Deno.test("`actorPolicy()` sees what the learner sees, in whichever environment it acts", async () => {
  await openWasm();
  const networks = networksOf({ image: [3, 3, 4], stateSize: 1, actionSize: 1, hidden: 8 });
  const learner = new Td3Learner({ networks, image: [3, 3, 4], key });
  const policy = actorPolicy(learner);
  const tensors = tf.memory().numTensors;
  // The second has another number of environments, and episodes that end elsewhere.
  for (const [count, steps] of [[2, 5], [3, 7]] as const) {
    const environment = walking({ key: key.key("world"), count, steps, frameSide: 3 });
    const replay = new EpisodeReplay(environment, { capacity: 300 });
    const stage = new ContinuousStage(environment, replay);
    const actions = new Float32Array(count);
    for (let step = 0; step < 30; step++) {
      await policy(environment, actions, step);
      const same = learner.act(replay.newest(), count);
      const [expected] = await readBack([same]);
      same.dispose();
      assertEquals(actions, expected);
      stage.act(Float32Array.from(uniform(key.at(step), count, -1, 1)));
    }
  }
  assertEquals(tf.memory().numTensors, tensors);
  learner.dispose();
});
