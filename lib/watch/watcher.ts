/**
 * Looks at the runs of a scope again and again, and says what there is to show.
 *
 * Shown are the profiles that have a run in progress, or had one since the watch began; where there is none, the
 * one that was run last. Of complete runs the newest of each profile are read, and of those the ones of the same
 * code as the newest: the numbers of other code belong to another experiment.
 *
 * @module
 */

import { join } from "@std/path";
import { modifiedAt, type ProfileFolder, RunFolders } from "./run_folders.ts";
import type { Scope } from "./scope.ts";
import { ExperimentFiles, type KnownExperiment, seedsAsked, standing } from "./standing.ts";
import { codeOf, type FolderView, grouped, type GroupView, isLive, type View } from "./view.ts";
import { WatchedRun } from "./watched_run.ts";

/** Complete runs of a profile that are read, the newest ones. */
const MOST_LISTED = 100;
/** Groups of a profile whose curves are drawn: as many as there are colours. */
const MOST_GROUPS_DRAWN = 6;
/** Runs of a profile whose curves are drawn. */
const MOST_RUNS_DRAWN = 48;

/** What to watch. */
export interface WatcherOptions {
  /** The reports folder. */
  readonly reports: string;
  readonly scope: Scope;
  /** Folder of the checkout, from which runs name their experiments' files. */
  readonly root: string;
}

/** A profile's folder with the runs that are followed in it. */
interface Followed {
  readonly runs: Map<string, WatchedRun>;
  /** Complete runs that were there already and are not among the newest. */
  readonly passedOver: Set<string>;
  /** Ids of runs whose curves are drawn. */
  drawn: Set<string>;
}

/** Follows the runs of a scope. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #folders: RunFolders;
  readonly #followed = new Map<string, Followed>();
  /** Profiles with a run that was seen in progress, by path. */
  readonly #lively = new Set<string>();
  readonly #files: ExperimentFiles;
  #changed = true;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#folders = new RunFolders(options.reports);
    this.#files = new ExperimentFiles(options.root, () => this.#changed = true);
  }

  /** Looks once; what there is to show, `null` when nothing has changed since the last look. */
  async look(): Promise<View | null> {
    const { scope } = this.#options;
    const shown = this.#inQuestion(this.#folders.look(scope.experiment ?? undefined));
    for (const folder of shown) await this.#lookAt(folder);
    if (!this.#changed) return null;
    this.#changed = false;
    return { title: scope.title, folders: shown.map((folder) => this.#viewOf(folder)) };
  }

  #wants(id: string): boolean {
    return this.#options.scope.runIds?.has(id) ?? true;
  }

  /** The profiles to show. */
  #inQuestion(folders: readonly ProfileFolder[]): ProfileFolder[] {
    for (const { path, partial } of folders) {
      if (!this.#lively.has(path) && [...partial].some((id) => this.#wants(id))) {
        this.#lively.add(path);
        this.#changed = true;
      }
    }
    const lively = folders.filter(({ path }) => this.#lively.has(path));
    if (lively.length > 0) return lively;
    const resting = folders.filter(({ complete }) => [...complete].some((id) => this.#wants(id)));
    const [newest] = resting.toSorted((a, b) =>
      (modifiedAt(b.path) ?? 0) - (modifiedAt(a.path) ?? 0)
    );
    return newest === undefined ? [] : [newest];
  }

  async #lookAt(folder: ProfileFolder): Promise<void> {
    const followed = this.#followedIn(folder);
    const { runs } = followed;
    const looks = await Promise.all(
      [...runs.values()].map((run) =>
        run.look(folder, run.result === null || followed.drawn.has(run.id))
      ),
    );
    if (!looks.some(Boolean)) return;
    this.#changed = true;
    followed.drawn = drawnOf(current(followed), followed.drawn);
    // Those that are drawn from now on have their logs read.
    for (const id of followed.drawn) await runs.get(id)!.look(folder, true);
  }

  /** The runs to follow in a folder, with those that have come since. */
  #followedIn(folder: ProfileFolder): Followed {
    const { path, complete, partial } = folder;
    let followed = this.#followed.get(path);
    if (followed === undefined) {
      const byAge = [...complete].filter((id) => this.#wants(id))
        .map((id) => ({ id, modified: modifiedAt(join(path, id, "result.json")) ?? 0 }))
        .sort((a, b) => b.modified - a.modified)
        .map(({ id }) => id);
      followed = {
        runs: new Map(byAge.slice(0, MOST_LISTED).map((id) => [id, new WatchedRun(id, folder)])),
        passedOver: new Set(byAge.slice(MOST_LISTED)),
        drawn: new Set(),
      };
      this.#followed.set(path, followed);
    }
    const { runs, passedOver } = followed;
    for (const id of partial) {
      if (!runs.has(id) && this.#wants(id)) runs.set(id, new WatchedRun(id, folder));
    }
    for (const id of complete) {
      if (!runs.has(id) && !passedOver.has(id) && this.#wants(id)) {
        runs.set(id, new WatchedRun(id, folder));
      }
    }
    return followed;
  }

  #viewOf({ path, experiment, profile }: ProfileFolder): FolderView {
    const followed = this.#followed.get(path)!;
    const runs = current(followed);
    const file = runs.at(-1)?.manifest?.file;
    const known = file === undefined ? null : this.#files.get(file);
    const own = typeof known === "string" ? null : known;
    return {
      experiment,
      profile,
      title: own?.experiment.title ?? experiment,
      note: typeof known === "string"
        ? `Targets are not shown: ${known}`
        : changeOf(own, file, runs),
      groups: grouped(runs).map((group): GroupView => ({
        ...group,
        drawn: group.runs.some(({ id }) => followed.drawn.has(id)),
        targets: own === null ? null : standing(
          own.experiment,
          group.runs[0]!.manifest!,
          group.runs.flatMap(({ result }) => result ?? []),
        ),
        seedsAsked: own && seedsAsked(own.experiment, profile),
      })),
      others: followed.passedOver.size + followed.runs.size - runs.length,
    };
  }
}

/** The runs of the code that was run last, those in progress before all, by when they began. */
function current({ runs }: Followed): WatchedRun[] {
  const known = [...runs.values()].filter(({ manifest }) => manifest !== null);
  const byStart = known.toSorted((a, b) => startOf(a) < startOf(b) ? -1 : 1);
  const newest = byStart.findLast(isLive) ?? byStart.at(-1);
  if (newest === undefined) return [];
  const code = codeOf(newest.manifest!);
  return byStart.filter(({ manifest }) => codeOf(manifest!) === code);
}

function startOf({ manifest }: WatchedRun): string {
  return manifest!.resumedAt.at(-1) ?? manifest!.startedAt;
}

/** The runs to draw: groups in progress first, then those that were drawn, then the newest. */
function drawnOf(runs: readonly WatchedRun[], before: ReadonlySet<string>): Set<string> {
  const groups = [...Map.groupBy(runs, ({ group }) => group!).values()].reverse();
  const rank = (group: readonly WatchedRun[]) =>
    group.some(isLive) ? 0 : group.some(({ id }) => before.has(id)) ? 1 : 2;
  const chosen = groups.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_GROUPS_DRAWN);
  const newestFirst = chosen.flat().toSorted((a, b) => Number(isLive(b)) - Number(isLive(a)));
  return new Set(newestFirst.slice(0, MOST_RUNS_DRAWN).map(({ id }) => id));
}

/** What to say where the experiment's file is not the one that these runs were made of. */
function changeOf(
  known: KnownExperiment | null,
  file: string | undefined,
  runs: readonly WatchedRun[],
): string | null {
  const ran = file && runs.at(-1)?.manifest?.identity.modules[file];
  if (known === null || !ran || ran === known.digest) return null;
  return `${file} has changed since these runs were started: the targets are those it had when this watch ` +
    `loaded it.`;
}
