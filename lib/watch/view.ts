/**
 * What a page shows of the runs that are watched: the folders in question, their runs by configuration.
 *
 * @module
 */

import { canonicalJson } from "../numeric/canonical_json.ts";
import type { Manifest } from "../run/schema.ts";
import { valueText } from "../run/sweep_schema.ts";
import type { StandingTarget } from "./standing.ts";
import type { WatchedRun } from "./watched_run.ts";

/** Runs that differ in their seeds only. */
export interface GroupView {
  readonly id: string;
  /** What it sets otherwise than the groups beside it; empty where it is alone. */
  readonly label: string;
  /** By seed. */
  readonly runs: readonly WatchedRun[];
  /** Whether its curves are drawn. */
  readonly drawn: boolean;
  /** `null` while the experiment's file is not loaded, or cannot be. */
  readonly targets: readonly StandingTarget[] | null;
  /** Seeds that the experiment's file asks for. */
  readonly seedsAsked: number | null;
}

/** The runs of an experiment at a profile. */
export interface FolderView {
  readonly experiment: string;
  readonly profile: string;
  /** The experiment's own title; its name before that is known. */
  readonly title: string;
  /** What is wrong with the experiment's file, if anything. */
  readonly note: string | null;
  readonly groups: readonly GroupView[];
  /** Complete runs that are not shown. */
  readonly others: number;
}

/** Everything that is shown. */
export interface View {
  readonly title: string;
  readonly folders: readonly FolderView[];
}

/** Whether a run is being made, or may go on. */
export function isLive({ state }: WatchedRun): boolean {
  return state === "running" || state === "stopped";
}

/** The place of a run, which names it among all. */
export function runKey({ experiment, profile }: FolderView, { id }: WatchedRun): string {
  return `${experiment}/${profile}/${id}`;
}

/** A digest's worth of what a run's code is: the same for runs of one experiment file, unchanged. */
export function codeOf({ identity: { modules, dependencies } }: Manifest): string {
  return canonicalJson([modules, dependencies]);
}

/** Runs by group, each sorted by seed; the groups by what sets them apart. */
export function grouped(
  runs: readonly WatchedRun[],
): Pick<GroupView, "id" | "label" | "runs">[] {
  const known = runs.filter(({ group }) => group !== null);
  const groups = [...Map.groupBy(known, ({ group }) => group!)].map(([id, runs]) => ({
    id,
    runs: runs.toSorted((a, b) => a.seed! - b.seed! || (a.id < b.id ? -1 : 1)),
    settings: settingsOf(runs[0]!.manifest!),
  }));
  const keys = [...new Set(groups.flatMap(({ settings }) => Object.keys(settings)))].sort()
    .filter((key) => new Set(groups.map(({ settings }) => text(settings[key]))).size > 1);
  const differing = groups.map(({ settings, ...group }) => ({
    ...group,
    values: keys.map((key) => settings[key]),
    label: keys.map((key) => `${key} ${text(settings[key])}`).join(", "),
  }));
  return differing.sort((a, b) => compareLists(a.values, b.values))
    .map(({ values: _, ...group }) => group);
}

function settingsOf(
  { identity: { config, backend, numerics } }: Manifest,
): Record<string, unknown> {
  return { ...config, backend, numerics };
}

function text(value: unknown): string {
  return value === undefined ? "–" : valueText(value);
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i];
    if (typeof value === "number" && typeof other === "number") {
      if (value !== other) return value - other;
    } else if (text(value) !== text(other)) return text(value) < text(other) ? -1 : 1;
  }
  return 0;
}
