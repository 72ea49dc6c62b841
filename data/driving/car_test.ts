import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type Car, drive } from "./car.ts";

const standing = (): Car => ({ x: 0, y: 0, heading: 0, speed: 0, steer: 0, acceleration: 0 });

function driven(car: Car, ticks: number, steering: number, pedals: number): Car {
  for (let i = 0; i < ticks; i++) drive(car, steering, pedals);
  return car;
}

Deno.test("`drive()` reaches 24 m/s and no more", () => {
  assertAlmostEquals(driven(standing(), 2000, 0, 1).speed, Math.sqrt(2.9 / 0.005), 1e-3);
});

Deno.test("`drive()` brakes to a stand and does not go backwards", () => {
  const car = driven({ ...standing(), speed: 10 }, 100, 0, -1);
  assertEquals(car.speed, 0);
  const { x } = car;
  assertEquals(driven(car, 20, 0, -1).x, x);
});

Deno.test("`drive()` turns the wheels at 1.5 rad/s towards 0.6 rad", () => {
  const car = driven(standing(), 4, 1, 0);
  assertAlmostEquals(car.steer, 0.3, 1e-9);
  assertAlmostEquals(driven(car, 40, 1, 0).steer, 0.6, 1e-6);
});

Deno.test("`drive()` slips rather than turn with more than 7 m/s² to the side", () => {
  for (const speed of [3, 20]) {
    const car = driven({ ...standing(), speed }, 40, 1, 0);
    const { heading, speed: before } = car;
    drive(car, 1, 0);
    const force = before * (car.heading - heading) / 0.05;
    assert(speed > 10 ? Math.abs(force - 7) < 0.1 : force < 7, `${force} m/s² at ${before} m/s`);
  }
});

Deno.test("`drive()` to the right is `drive()` to the left in a mirror, bit for bit", () => {
  const [left, right] = [{ ...standing(), speed: 6 }, { ...standing(), speed: 6 }];
  for (let i = 0; i < 300; i++) {
    const [steering, pedals] = [i * 0.37 % 2 - 1, i * 0.11 % 1.5 - 0.4];
    drive(left, steering, pedals);
    drive(right, -steering, pedals);
    assertEquals([right.x, right.y, right.heading], [left.x, -left.y, -left.heading]);
  }
});
