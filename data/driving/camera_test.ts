import { digestArrays, rootKey } from "assay";
import { assert, assertEquals } from "@std/assert";
import { buildWorldModule, worldModulePath } from "../../tools/build_wasm.ts";
import { Camera, FRAME_SIDE } from "./camera.ts";
import { drawLook, USUAL_LOOK } from "./look.ts";
import { plainFrame, straightGround } from "./testing.ts";
import { track } from "./track.ts";
import { trackGrid } from "./track_grid.ts";

const camera = new Camera();
const road = track(3), grid = trackGrid(road);
const ground = camera.load(grid);

/** A car on the road, near it, and now and then far from it, where half of the ground is unknown. */
function carAt(k: number) {
  const i = k * 29 % road.points;
  const away = k % 5 === 4 ? 30 : k % 3 - 1;
  const heading = road.heading[i]! + k * 0.7 % 3 - 1.5;
  return { x: road.x[i]! + away, y: road.y[i]! - away, heading };
}

const even = { ...USUAL_LOOK, grain: 0 };
const straight = straightGround();

/** A car in the middle of the straight road, or `aside` metres left of it. */
function onStraight(aside: number, look = even): Uint8Array {
  const car = { x: 0, y: aside, heading: 0 };
  return camera.render(camera.load(straight), car, look).slice();
}

Deno.test("`Camera` equals the plain frame in every bit, whatever light, wherever it is", () => {
  for (let k = 0; k < 30; k++) {
    const look = k % 2 ? USUAL_LOOK : drawLook(rootKey(k));
    assertEquals(camera.render(ground, carAt(k), look), plainFrame(grid, carAt(k), look), `${k}`);
  }
});

Deno.test("`Camera` has the bits on record, on every machine", () => {
  const frames = Object.fromEntries(
    Array.from({ length: 8 }, (_, k) => [`${k}`, camera.render(ground, carAt(k)).slice()]),
  );
  assertEquals(
    digestArrays(frames),
    "a9b86251d7aa24d28ee0c67467eca6acdf8195f02a00945a6c4a8947d886dadb",
  );
});

Deno.test("`Camera` has the documented mean and deviation over a road", () => {
  let [sum, squares, pixels] = [0, 0, 0];
  for (let i = 0; i < road.points; i += 20) {
    const car = { x: road.x[i]!, y: road.y[i]!, heading: road.heading[i]! };
    for (const level of camera.render(ground, car)) {
      sum += level / 255;
      squares += (level / 255) ** 2;
      pixels++;
    }
  }
  const mean = sum / pixels, sd = Math.sqrt(squares / pixels - mean * mean);
  assert(mean > 0.57 && mean < 0.62 && sd > 0.17 && sd < 0.21, `${mean} ± ${sd}`);
});

Deno.test("a straight road seen from its middle is the same left and right, apart from the grass", () => {
  const frame = onStraight(0);
  for (let row = 0; row < FRAME_SIDE; row++) {
    const pixels = frame.subarray(row * FRAME_SIDE, (row + 1) * FRAME_SIDE);
    assertEquals(pixels.toReversed(), pixels, `row ${row}`);
  }
  assert(
    onStraight(0, USUAL_LOOK).some((level, i, all) =>
      level !== all[i - i % FRAME_SIDE + FRAME_SIDE - 1 - i % FRAME_SIDE]
    ),
  );
});

Deno.test("a straight road seen from its left is the mirror image of that from its right", () => {
  const [left, right] = [onStraight(0.75), onStraight(-0.75)];
  for (let row = 0; row < FRAME_SIDE; row++) {
    const [from, to] = [row * FRAME_SIDE, (row + 1) * FRAME_SIDE];
    assertEquals(left.subarray(from, to).toReversed(), right.subarray(from, to), `row ${row}`);
  }
});

Deno.test("the bottom rows hold both edge lines, the middle of the road its dashes, the top the sky", () => {
  const frame = onStraight(0), road = 0.3 * 255, grass = 0.55 * 255;
  assert(frame.subarray(0, 30 * FRAME_SIDE).every((level) => level === Math.round(0.75 * 255)));
  for (const row of [60, 64, 68]) {
    const pixels = frame.subarray(row * FRAME_SIDE, (row + 1) * FRAME_SIDE);
    const bright = [...pixels.keys()].filter((column) => pixels[column]! > 220);
    assert(bright[0]! < 15 && bright.at(-1)! > 68, `row ${row}: ${bright}`);
    assert(Math.abs(pixels[30]! - road) < 20 && Math.abs(pixels[0]! - grass) < 20, `row ${row}`);
  }
  const middle = [...Array(40).keys()].map((i) => frame[(FRAME_SIDE - 1 - i) * FRAME_SIDE + 41]!);
  assert(middle.some((level) => level > 180) && middle.some((level) => level < 110), `${middle}`);
});

Deno.test("`drawLook()` moves brightness and paint, and what it does not move stays", () => {
  const bright = onStraight(0, { ...even, brightness: 1.1 }), usual = onStraight(0);
  bright.forEach((level, i) => assert(Math.abs(level - Math.min(255, 1.1 * usual[i]!)) <= 1.1));
  const faded = onStraight(0, { ...even, paint: 0.8 });
  assert(faded.every((level, i) => level <= usual[i]!) && faded[0] === usual[0]);
});

Deno.test("`buildWorldModule()` gives the camera's committed binary byte for byte", async () => {
  assertEquals(
    Deno.readTextFileSync(worldModulePath("driving")),
    await buildWorldModule("driving"),
    "data/driving/kernel_binary.ts is not what assembly/ compiles to: run deno task build:wasm",
  );
});
