/**
 * Where drivers go on roads that they have not learned on.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import { type Driver, type DrivingWorlds, evaluateDriver } from "../../data/driving.ts";

/** Half the width of a road, metres. */
const HALF_WIDTH_M = 1.75;
/** Steps, and points of a road, from one drawn to the next. */
const STEPS = 8;

/** A way that was driven, metres. */
export interface Trace {
  readonly who: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Roads, and the ways of drivers on them. */
export interface TracedRoad {
  readonly seed: number;
  readonly road: Pick<Trace, "x" | "y">[];
  readonly traces: Trace[];
}

/**
 * Drives the first episode of each road with each driver, all of them from the same places.
 *
 * @param drivers With environments that see what a driver has to see, one a road.
 */
export async function traceRoads(
  drivers: ReadonlyMap<string, readonly [Driver, DrivingWorlds]>,
): Promise<TracedRoad[]> {
  let roads: TracedRoad[] = [];
  for (const [who, [driver, environment]] of drivers) {
    const { worlds } = environment;
    if (roads.length === 0) roads = worlds.map(({ road }) => edgesOf(road));
    const ways = worlds.map(() => ({ who, x: [] as number[], y: [] as number[] }));
    await evaluateDriver(driver, environment, 1, (world) => {
      const { car, steps, ended } = worlds[world]!;
      if (steps % STEPS !== 1 && !ended) return;
      ways[world]!.x.push(rounded(car.x));
      ways[world]!.y.push(rounded(car.y));
    });
    ways.forEach((way, i) => roads[i]!.traces.push(way));
  }
  return roads;
}

function edgesOf({ seed, track }: DrivingWorlds["worlds"][number]["road"]): TracedRoad {
  const edge = (side: number) => {
    const at = (along: Float64Array, across: Float64Array) =>
      Array.from({ length: Math.ceil(track.points / STEPS) + 1 }, (_, i) => {
        const point = i * STEPS % track.points;
        return rounded(along[point]! + side * HALF_WIDTH_M * across[point]!);
      });
    return {
      x: at(track.x, track.tangentY.map((value) => -value)),
      y: at(track.y, track.tangentX),
    };
  };
  return { seed, road: [edge(1), edge(-1)], traces: [] };
}

const COLOURS = [tones.blue, tones.vermilion, tones.green].map(({ light }) => light);

/** The roads side by side. */
export function tracesFigure(roads: readonly TracedRoad[]): Figure {
  const drivers = [...new Set(roads.flatMap(({ traces }) => traces.map(({ who }) => who)))];
  const points = (x: readonly number[], y: readonly number[], fields: object) =>
    x.map((value, order) => ({ ...fields, order, x: value, y: y[order] }));
  const order = { field: "order" };
  return {
    name: "trajectories",
    title: "Ways on held-out roads",
    caption:
      "Roads that nothing was learned on, seen from above, and where each driver goes from the same start until it " +
      "arrives after 200 m or is 2.5 m from the middle. The grey lines are the edges of the lane.",
    spec: {
      $schema,
      columns: 3,
      concat: roads.map(({ seed, road, traces }) => {
        const { x, y } = sameScale([...road, ...traces]);
        return {
          title: `road ${seed}`,
          ...{ width: 230, height: 230 },
          layer: [
            {
              data: { values: road.flatMap((edge, side) => points(edge.x, edge.y, { side })) },
              mark: { type: "line", color: tones.gray.light, strokeWidth: 1 },
              encoding: { x, y, order, detail: { field: "side" } },
            },
            {
              data: { values: traces.flatMap((way) => points(way.x, way.y, { driver: way.who })) },
              mark: { type: "line", strokeWidth: 2 },
              encoding: {
                ...{ x, y, order },
                color: {
                  field: "driver",
                  type: "nominal",
                  scale: { domain: drivers, range: COLOURS.slice(0, drivers.length) },
                  legend: { title: null, orient: "bottom" },
                },
              },
            },
          ],
        };
      }),
      resolve: { scale: { color: "shared" } },
    },
  };
}

/** Axes on which a metre is as long either way. */
function sameScale(ways: readonly Pick<Trace, "x" | "y">[]) {
  const [x, y] = (["x", "y"] as const).map((axis) => {
    const all = ways.flatMap((way) => way[axis]);
    return [Math.min(...all), Math.max(...all)] as const;
  });
  const half = Math.max(x![1] - x![0], y![1] - y![0]) / 2;
  const channel = (field: string, [low, high]: readonly [number, number]) => {
    const middle = (low + high) / 2;
    const domain = [rounded(middle - half), rounded(middle + half)];
    return { field, type: "quantitative", axis: null, scale: { domain, nice: false } };
  };
  return { x: channel("x", x!), y: channel("y", y!) };
}
