import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { listRuns } from "./run_index.ts";
import { idOf, replaceUnseen, vouchFor, writeResult } from "./testing.ts";

/** Runs `action` with a fresh reports folder that holds runs of these seeds. */
function withRuns(seeds: readonly number[], action: (reports: string) => void): () => void {
  return () => {
    const reports = Deno.makeTempDirSync();
    try {
      for (const seed of seeds) writeResult(reports, { seed });
      action(reports);
    } finally {
      Deno.removeSync(reports, { recursive: true });
    }
  };
}

/** The seeds that are listed, and what was skipped. */
function list(reports: string): { seeds: number[]; skipped: string[] } {
  const skipped: string[] = [];
  const runs = listRuns(reports, (message) => skipped.push(message));
  return { seeds: runs.map(({ seed }) => seed), skipped };
}

/** Lists these seeds and skips nothing. */
function lists(reports: string, ...seeds: number[]): void {
  assertEquals(list(reports), { seeds, skipped: [] });
}

const fileOf = (reports: string, seed: number) =>
  join(reports, "demo", "quick", idOf(seed), "result.json");
const tableOf = (reports: string) => join(reports, ".index.sqlite");

/** Later calls of `list` read no result that stays as it is. */
function assertReuses(reports: string, ...seeds: number[]): void {
  lists(reports, ...seeds);
  for (const seed of seeds) replaceUnseen(fileOf(reports, seed), "unread");
  lists(reports, ...seeds);
}

Deno.test(
  "`listRuns()` says what each run is, by experiment, profile, seed and id",
  withRuns([], (reports) => {
    writeResult(reports, { experiment: "b" });
    writeResult(reports, { experiment: "a", seed: 20 });
    writeResult(reports, { experiment: "a", seed: 3 });
    writeResult(reports, { experiment: "a", seed: 3, runId: "ffffffffffff" });
    writeResult(reports, { experiment: "a", seed: 1, profile: "full" });
    for (let again = 0; again < 2; again++) {
      const runs = listRuns(reports, (message) => assertEquals(message, ""));
      assertEquals(runs.map(({ experiment, profile, seed }) => [experiment, profile, seed]), [
        ["a", "quick", 3],
        ["a", "quick", 3],
        ["a", "quick", 20],
        ["a", "full", 1],
        ["b", "quick", 1],
      ]);
      assertEquals(runs[1], {
        directory: join(reports, "a", "quick", "ffffffffffff"),
        experiment: "a",
        profile: "quick",
        seed: 3,
        runId: "ffffffffffff",
        backend: "wasm",
        numerics: "wasm-strict",
        promise: "exact",
      });
    }
  }),
);

Deno.test(
  "`listRuns()` takes folders with a run's id for a name only, and writes nothing where no run is",
  withRuns([], (reports) => {
    const id = idOf(1);
    for (const name of [`${id}.partial`, `${id}.old`, ".locks", "figures", "ABCDEF012345", "1"]) {
      writeResult(reports, {}, join("demo", "quick", name));
    }
    for (const folder of ["compare", "records", "site", "tensorboard", ".site-x"]) {
      writeResult(reports, {}, `${folder}/a/${id}`);
    }
    Deno.mkdirSync(join(reports, "demo", "quick", id));
    Deno.writeTextFileSync(join(reports, "demo", "quick", idOf(2)), "a file");
    Deno.writeTextFileSync(join(reports, "demo", "summary.json"), "{}");
    lists(reports);
    lists(join(reports, "absent"));
    assertEquals([...Deno.readDirSync(reports)].some(({ isFile }) => isFile), false);
  }),
);

Deno.test(
  "`listRuns()` reads no result again that stays as it is",
  withRuns([1, 2], (reports) => assertReuses(reports, 1, 2)),
);

Deno.test(
  "`listRuns()` reads again what has another size or time, be it later or earlier",
  withRuns([1, 2, 3, 4], (reports) => {
    lists(reports, 1, 2, 3, 4);
    const changes: Record<number, (path: string, time: number) => void> = {
      1: (path, time) => {
        Deno.writeTextFileSync(path, " ", { append: true });
        Deno.utimeSync(path, new Date(time), new Date(time));
      },
      2: (path, time) => Deno.utimeSync(path, new Date(time + 1), new Date(time + 1)),
      3: (path, time) => Deno.utimeSync(path, new Date(time - 1), new Date(time - 1)),
      4: (path, time) => Deno.utimeSync(path, new Date(time - 1e9), new Date(time - 1e9)),
    };
    for (const [seed, change] of Object.entries(changes)) {
      const path = fileOf(reports, Number(seed));
      const other = Deno.readTextFileSync(path).replace('"wasm-strict"', '"wasm-fused" ');
      replaceUnseen(path, other);
      change(path, Deno.statSync(path).mtime!.getTime());
      vouchFor(path);
    }
    for (let again = 0; again < 2; again++) {
      const numerics = listRuns(reports, () => {}).map(({ numerics }) => numerics);
      assertEquals(numerics, Array(4).fill("wasm-fused"));
    }
    assertReuses(reports, 1, 2, 3, 4);
  }),
);

Deno.test(
  "`listRuns()` notices new, removed and moved runs",
  withRuns([1, 2], (reports) => {
    lists(reports, 1, 2);
    writeResult(reports, { seed: 3 });
    lists(reports, 1, 2, 3);
    Deno.removeSync(dirname(fileOf(reports, 1)), { recursive: true });
    lists(reports, 2, 3);
    Deno.removeSync(fileOf(reports, 2));
    lists(reports, 3);
    Deno.renameSync(dirname(fileOf(reports, 3)), `${dirname(fileOf(reports, 3))}.partial`);
    lists(reports);
    using database = new DatabaseSync(tableOf(reports), { readOnly: true });
    assertEquals(database.prepare("SELECT count(*) AS n FROM runs").get()!.n, 0);
  }),
);

Deno.test(
  "`listRuns()` names a damaged result each time, reads it once, and lists it when it is repaired",
  withRuns([1, 2], (reports) => {
    const path = fileOf(reports, 2);
    const whole = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, whole.replace("{", "["));
    for (let again = 0; again < 2; again++) {
      const { seeds, skipped } = list(reports);
      assertEquals([seeds, skipped.length], [[1], 1]);
      assertStringIncludes(skipped[0]!, `Cannot read ${path}: it is not JSON`);
      replaceUnseen(path, whole);
    }
    Deno.writeTextFileSync(path, `${whole} `);
    vouchFor(path);
    assertReuses(reports, 1, 2);
  }),
);

Deno.test(
  "`listRuns()` leaves out a result that is not the one of its checksum, until it is",
  withRuns([1, 2], (reports) => {
    const path = fileOf(reports, 2);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace('"r": 0.5', '"r": 0.9'));
    for (let again = 0; again < 2; again++) {
      const { seeds, skipped } = list(reports);
      assertEquals([seeds, skipped.length], [[1], 1]);
      assertStringIncludes(skipped[0]!, `Cannot read ${path}: it was altered`);
    }
    vouchFor(path);
    assertReuses(reports, 1, 2);
  }),
);

Deno.test(
  "`listRuns()` names a result that cannot be opened, and asks for it again",
  withRuns([1, 2], (reports) => {
    Deno.removeSync(fileOf(reports, 2));
    Deno.mkdirSync(fileOf(reports, 2));
    for (let again = 0; again < 2; again++) {
      const { seeds, skipped } = list(reports);
      assertEquals([seeds, skipped.length], [[1], 1]);
      assertStringIncludes(skipped[0]!, `Cannot read ${fileOf(reports, 2)}: `);
    }
  }),
);

Deno.test(
  "`listRuns()` leaves out results in a place that is not theirs, in one paragraph a folder",
  withRuns([1], (reports) => {
    writeResult(reports, { seed: 1 }, join("demo", "quick", idOf(9)));
    for (const seed of [1, 2, 3]) writeResult(reports, { seed }, join("copy", "quick", idOf(seed)));
    for (let again = 0; again < 2; again++) {
      const { seeds, skipped: [copies, renamed, ...others] } = list(reports);
      assertEquals([seeds, others], [[1], []]);
      assertStringIncludes(
        copies!,
        `Cannot list the run in ${join(reports, "copy", "quick", idOf(1))} and 2 beside it: its ` +
          `result says that it belongs in ${dirname(fileOf(reports, 1))}.`,
      );
      assertStringIncludes(renamed!, `in ${dirname(fileOf(reports, 9))}: its result says`);
    }
  }),
);

const damages: Record<string, (table: string) => void> = {
  "is missing": (table) => Deno.removeSync(table),
  "is empty": (table) => Deno.writeTextFileSync(table, ""),
  "is no database": (table) => Deno.writeTextFileSync(table, "not a database. ".repeat(1000)),
  "is cut short": (table) => Deno.truncateSync(table, 5000),
  "has pages of noise": (table) => {
    using file = Deno.openSync(table, { write: true });
    file.seekSync(4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096).fill(0xa5));
  },
  "is of another version": (table) => {
    using database = new DatabaseSync(table);
    database.exec("PRAGMA user_version = 7; UPDATE runs SET run = '{}'");
  },
  "is another program's": (table) => {
    Deno.removeSync(table);
    using database = new DatabaseSync(table);
    database.exec("CREATE TABLE a (b); CREATE VIEW runs AS SELECT b FROM a");
  },
  "lost its writer halfway": (table) => {
    const script = `
      const { DatabaseSync } = require("node:sqlite");
      const database = new DatabaseSync(${JSON.stringify(table)});
      database.exec(\`PRAGMA cache_size = 5; BEGIN; UPDATE runs SET run = '{}';
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO runs SELECT 'demo/quick/' || i, 1, 1, '{}', NULL FROM n\`);
      process.kill(process.pid, "SIGKILL");`;
    const { signal } = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=cjs", script],
    }).outputSync();
    assertEquals([signal, Deno.statSync(`${table}-journal`).size > 0], ["SIGKILL", true]);
  },
  "has rows that are not JSON": (table) => {
    using database = new DatabaseSync(table);
    database.exec("UPDATE runs SET run = '{'");
  },
};

for (const [what, damage] of Object.entries(damages)) {
  Deno.test(
    `\`listRuns()\` reads everything again when the index ${what}`,
    withRuns([1, 2], (reports) => {
      lists(reports, 1, 2);
      damage(tableOf(reports));
      assertReuses(reports, 1, 2);
    }),
  );
}

Deno.test(
  "`listRuns()` answers without an index when a folder stands in its place",
  withRuns([1, 2], (reports) => {
    Deno.mkdirSync(join(tableOf(reports), "in use"), { recursive: true });
    lists(reports, 1, 2);
    lists(reports, 1, 2);
  }),
);

Deno.test(
  "`listRuns()` answers without the index when another process does not let go of it",
  withRuns([1, 2], (reports) => {
    lists(reports, 1, 2);
    writeResult(reports, { seed: 3 });
    const other = new DatabaseSync(tableOf(reports));
    for (const hold of ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"]) {
      other.exec(hold);
      lists(reports, 1, 2, 3);
      other.exec("ROLLBACK");
    }
    assertEquals(
      other.prepare("SELECT count(*) AS n FROM runs").get()!.n,
      2,
      "it was not replaced",
    );
    other.close();
    assertReuses(reports, 1, 2, 3);
  }),
);
