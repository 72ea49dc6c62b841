/**
 * What a driver saw of an episode, as figures: a strip of frames and a film.
 *
 * @module
 */

import { type Figure, picturesFigure } from "assay";
import { FRAME_SIDE, halveFrame } from "./camera.ts";
import { TICK_S } from "./car.ts";
import type { Driver } from "./drivers.ts";
import type { DrivingWorlds } from "./worlds.ts";

/** Pictures of a strip. */
const STRIP = 8;
/** Steps from a frame of a film to the next, and milliseconds that each is shown: four times as fast as driven. */
const FILM_STEPS = 4;
const FILM_MS = 1000 * TICK_S * FILM_STEPS / 4;
/** Pixels that a picture is shown on, or a little more. */
const STRIP_SHOWN = 168, FILM_SHOWN = 252;

/** A frame, and where on the way it was taken. */
interface Shown {
  readonly frame: Uint8Array;
  readonly steps: number;
  readonly progress: number;
}

/**
 * Drives the first episode of a camera's environment and shows it: eight frames at even intervals, as the driver
 * sees them, and a film of 42 × 42 pixels.
 *
 * @param environment One world with a camera; it is reset.
 * @param who Who drove, for the captions and, in small letters and `-`, the names of the figures.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { straightOn } from "./drivers.ts";
 * import { DrivingWorlds } from "./worlds.ts";
 *
 * const worlds = new DrivingWorlds({ key: rootKey(1), count: 1, frameSide: 42 });
 * const { film } = await episodePictures(straightOn, worlds, "straight on");
 * assertEquals(film.name, "film-straight-on");
 * ```
 */
export async function episodePictures(
  driver: Driver,
  environment: DrivingWorlds,
  who: string,
): Promise<{ readonly strip: Figure; readonly film: Figure }> {
  const { frameSide } = environment;
  const shown = await filmed(driver, environment);
  const last = Math.min(STRIP, shown.length) - 1;
  const picked = Array.from(
    { length: last + 1 },
    (_, i) => shown[Math.round(i * (shown.length - 1) / last)]!,
  );
  const end = environment.worlds[0]!;
  const how = `${end.progress.toFixed(0)} m in ${(end.steps * TICK_S).toFixed(0)} s${
    end.offRoad ? ", then off the road" : ""
  }`;
  const slug = who.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const strip = await picturesFigure({
    ...{ width: frameSide, height: frameSide, scale: Math.ceil(STRIP_SHOWN / frameSide) },
    pictures: picked.map(({ frame, steps, progress }) => ({
      label: `${(steps * TICK_S).toFixed(2)} s, ${progress.toFixed(0)} m`,
      frames: [frame],
    })),
  }, {
    name: `frames-${slug}`,
    title: `What the camera saw: ${who}`,
    caption: `Frames of ${frameSide} × ${frameSide} grey pixels of an episode: ${how}.`,
  });
  const film = await picturesFigure({
    ...{ width: FRAME_SIDE / 2, height: FRAME_SIDE / 2, frameMs: FILM_MS },
    scale: 2 * FILM_SHOWN / FRAME_SIDE,
    pictures: [{ label: how, frames: shown.map(({ frame }) => small(frame, frameSide)) }],
  }, {
    name: `film-${slug}`,
    title: `The same episode as a film: ${who}`,
    caption: "Four times as fast as driven; plays three times. Reload the page to see it again.",
  });
  return { strip, film };
}

/** A frame each {@linkcode FILM_STEPS} steps, and the last. */
async function filmed(driver: Driver, environment: DrivingWorlds): Promise<Shown[]> {
  const { stateSize, frameSide, worlds: [world] } = environment;
  const states = new Float32Array(stateSize), actions = new Float32Array(2);
  const [reward, terminal, truncation] = [
    new Float32Array(1),
    new Uint8Array(1),
    new Uint8Array(1),
  ];
  const shown: Shown[] = [];
  environment.reset();
  for (let step = 0;; step++) {
    if (step % FILM_STEPS === 0 || world!.ended) {
      const frame = new Uint8Array(frameSide * frameSide);
      environment.observe(states, frame);
      shown.push({ frame, steps: step, progress: world!.progress });
    }
    if (world!.ended) return shown;
    await driver(environment, actions, step);
    environment.step(actions, reward, terminal, truncation);
  }
}

function small(frame: Uint8Array, side: number): Uint8Array {
  if (side < FRAME_SIDE) return frame;
  const half = new Uint8Array(frame.length / 4);
  halveFrame(frame, side, half, 0);
  return half;
}
