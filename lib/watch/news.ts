/**
 * What has happened between two looks, in words, for who listens to the page rather than sees it.
 *
 * @module
 */

import type { View } from "./view.ts";

/** How each run stood, by its place. */
export type News = ReadonlyMap<string, RunNews>;

interface RunNews {
  readonly name: string;
  readonly state: string;
  readonly findings: number;
}

/** Sentences at most; what is more is counted. */
const MOST_SAID = 4;

/** How the runs of a view stand. */
export function statesOf({ folders }: View): News {
  return new Map(
    folders.flatMap(({ experiment, profile, groups }) =>
      groups.flatMap(({ label, runs }) =>
        runs.map(({ id, seed, state, result, findings }): [string, RunNews] => [id, {
          name: [`${experiment}, ${profile}`, label, `seed ${seed}`].filter(Boolean).join(", "),
          state,
          findings: (result?.findings ?? findings).length,
        }])
      )
    ),
  );
}

/** What to say of runs that began or stand otherwise than before; nothing of the first look. */
export function newsBetween(before: News, now: News): string[] {
  if (before.size === 0) return [];
  const said: string[] = [];
  for (const [id, { name, state, findings }] of now) {
    const earlier = before.get(id);
    if (earlier?.state !== state) said.push(`${name}: ${state}.`);
    else if (findings > earlier.findings) said.push(`${name}: a monitor noticed something.`);
  }
  if (said.length <= MOST_SAID) return said;
  return [...said.slice(0, MOST_SAID), `And ${said.length - MOST_SAID} more.`];
}
