/**
 * Import arrows run downward only: the rooms of `lib/` by level, `data/` and `experiments/` through
 * the public surface, which re-exports only.
 */

import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "@std/path";
import { importMapOf } from "../lib/run/identity.ts";
import { specifiersOf } from "../lib/run/modules.ts";
import { root } from "../lib/cli/streams.ts";

const levels: readonly (readonly string[])[] = [
  ["numeric", "random"],
  ["device", "dataset", "metrics", "baselines"],
  ["kernels"],
  ["layers"],
  ["train", "rl", "search", "stopping", "onnx", "tensorboard"],
  ["run", "experiment"],
  ["serve"],
  ["report", "launch"],
  ["watch"],
  ["cli"],
];
const levelOf = new Map(levels.flatMap((rooms, level) => rooms.map((room) => [room, level])));
const importMap = await importMapOf(root);

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every local import of the modules under `folder`, as paths relative to the root. */
function* importsUnder(folder: string): Generator<Import> {
  for (const entry of Deno.readDirSync(join(root, folder))) {
    const path = join(folder, entry.name);
    // AssemblyScript is another language; its files import each other only.
    if (/^(lib\/kernels|data\/\w+)\/assembly$/.test(path)) continue;
    if (entry.isDirectory) yield* importsUnder(path);
    else if (/(?<!_test)\.ts$/.test(entry.name)) {
      for (const specifier of specifiersOf(Deno.readTextFileSync(join(root, path)))) {
        const to = importMap[specifier] ?? specifier;
        if (!to.startsWith(".")) yield { from: path, to };
        else {yield {
            from: path,
            to: relative(root, join(root, to === specifier ? dirname(path) : "", to)),
          };}
      }
    }
  }
}

/** Whether a module is of an experiment's own command: the task's module, or a part of it. */
const isCommand = (path: string) => /^experiments\/\w+\/command\w*\.ts$/.test(path);
const roomOf = (path: string) => path.split("/")[1]!;
const inside = [...importsUnder("lib")];

Deno.test("lib/ has only rooms with a level", () => {
  const rooms = [...new Set(inside.map(({ from }) => roomOf(from)))].sort();
  assertEquals(rooms.filter((room) => !levelOf.has(room)), []);
});

Deno.test("lib/ imports run downward", () => {
  const upward = inside.filter(({ from, to }) =>
    to.startsWith("lib/") && levelOf.get(roomOf(to))! > levelOf.get(roomOf(from))!
  );
  assertEquals(upward, []);
});

Deno.test("rooms of one level import each other in one direction at most", () => {
  const arrows = new Set(
    inside.filter(({ from, to }) => to.startsWith("lib/") && roomOf(from) !== roomOf(to))
      .map(({ from, to }) => `${roomOf(from)} > ${roomOf(to)}`),
  );
  assertEquals(
    [...arrows].filter((arrow) => arrows.has(arrow.split(" > ").reverse().join(" > "))),
    [],
  );
});

Deno.test("files import each other without circles", () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of [...inside, ...importsUnder("data"), ...importsUnder("experiments")]) {
    next.set(from, [...next.get(from) ?? [], to]);
  }
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]) => {
    assert(!trail.includes(file), `circle: ${[...trail, file].join(" > ")}`);
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
});

Deno.test("lib/ knows neither experiments, data nor the public surface", () => {
  assertEquals(
    inside.filter(({ to }) => /^(experiments|data|mod\.ts|cli\.ts|tests|tools)/.test(to)),
    [],
  );
});

Deno.test("data/ imports the public surface and itself only", () => {
  const stray = [...importsUnder("data")].filter(({ to }) =>
    to !== "mod.ts" && !to.startsWith("data/")
  );
  assertEquals(stray, []);
});

Deno.test("an experiment imports the public surface, data/ and its own folder only", () => {
  const stray = [...importsUnder("experiments")].filter(({ from, to }) =>
    to !== "mod.ts" && !to.startsWith("data/") && !isCommand(from) &&
    !(from.split("/").length > 2 && dirname(to) === dirname(from))
  );
  assertEquals(stray, []);
});

Deno.test("only an experiment's command imports cli.ts, and the experiment imports no command", () => {
  const all = [...importsUnder("experiments")];
  const stray = all.filter(({ from, to }) =>
    isCommand(from) && dirname(to) !== dirname(from) &&
    !/^(mod\.ts$|cli\.ts$|data\/|npm:deno-std@)/.test(to)
  );
  assertEquals(stray, []);
  assertEquals(all.filter(({ from, to }) => isCommand(to) && !isCommand(from)), []);
});

Deno.test("mod.ts and cli.ts re-export only", () => {
  for (const file of ["mod.ts", "cli.ts"]) {
    const statements = Deno.readTextFileSync(join(root, file))
      .replaceAll(/\/\*[\s\S]*?\*\/|^\/\/.*$/gm, "").split(";").map((s) => s.trim());
    const others = statements.filter((s) => !/^export (type )?(\{|\*)[\s\S]* from "/.test(s));
    assertEquals(others.filter(Boolean), []);
  }
});
