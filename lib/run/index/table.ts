/**
 * What was read from results, kept in an SQLite file. It may be lost, damaged or locked at any time:
 * then nothing is known and nothing is kept, and the results are read again.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { sha256Hex } from "../../numeric/digest.ts";
import { type Result, resultSchema } from "../schema.ts";
import type { ResultFile } from "./tree.ts";

/** What a list of runs says of one. */
export type RunFacts =
  & Pick<Result, "experiment" | "profile" | "seed" | "runId">
  & Pick<Result["contract"], "backend" | "numerics" | "promise">;

/** A result as it was read: the facts of its run, or what is wrong with it. */
export type RunRow =
  & ResultFile
  & ({ readonly run: RunFacts; readonly problem: null } | {
    readonly run: null;
    readonly problem: string;
  });

const definition = `CREATE TABLE runs (
  path TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  run TEXT,
  problem TEXT
) STRICT`;

/** Another table, or another idea of what a valid result is, makes another version. */
const version = Number.parseInt(
  sha256Hex(definition + JSON.stringify(z.toJSONSchema(resultSchema))).slice(0, 8),
  16,
) | 0;

/** How long to wait for another process that writes, in milliseconds; it takes a tenth of that. */
const PATIENCE = 1000;

const SQLITE_BUSY = 5;

/** The rows kept in `file`; none when it is missing, damaged, locked or of another version. */
export function loadRows(file: string): RunRow[] {
  try {
    using database = open(file, true);
    if (versionOf(database) !== version) return [];
    return database.prepare("SELECT * FROM runs").all().map((row) => ({
      ...row,
      run: JSON.parse(row.run as string),
    } as RunRow));
  } catch {
    return [];
  }
}

/**
 * Keeps `changed` in `file` and forgets the paths in `gone`. A file that is not such a table is
 * replaced. Does nothing where nothing can be written or another process does not let go.
 */
export function saveRows(file: string, changed: readonly RunRow[], gone: readonly string[]): void {
  try {
    write(file, changed, gone);
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return;
    try {
      Deno.removeSync(file);
      write(file, changed, gone);
    } catch {
      // A folder or disk that takes no file: the next reader reads the results themselves.
    }
  }
}

function write(file: string, changed: readonly RunRow[], gone: readonly string[]): void {
  using database = open(file, false);
  // Unlike exec(), run() fails with SQLite's error code.
  const run = (sql: string) => database.prepare(sql).run();
  // What a power failure takes away is read again from the results.
  run("PRAGMA synchronous = OFF");
  run("BEGIN IMMEDIATE");
  if (versionOf(database) !== version) {
    run("DROP TABLE IF EXISTS runs");
    run(definition);
    run(`PRAGMA user_version = ${version}`);
  }
  const forget = database.prepare("DELETE FROM runs WHERE path = ?");
  const keep = database.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)");
  for (const path of gone) forget.run(path);
  for (const { path, size, modified, run, problem } of changed) {
    keep.run(path, size, modified, JSON.stringify(run), problem);
  }
  run("COMMIT");
}

function open(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly });
  // Deno 2.9.6 leaves the option `timeout` unused where `readOnly` is set.
  database.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
  return database;
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare("PRAGMA user_version").get()?.user_version;
}
