/** The README is true: its experiment runs as it stands, its links lead somewhere, its tasks exist. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { inProcess } from "./command_line.ts";

const readme = await Deno.readTextFile(join(root, "README.md"));

Deno.test("the README's experiment runs as it stands and meets its target", async () => {
  const [, source] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "line_fit.ts"), source!);
  const ended = await inProcess(
    "experiment",
    join(folder, "line_fit.ts"),
    "--backend",
    "wasm",
    "--out",
    folder,
  );
  assertEquals(ended.status, 0, ended.err + ended.out);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the README's relative links lead to files", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link!);
  assert(links.length > 0);
  for (const link of links) assert(Deno.statSync(join(root, link)).isFile, link);
});

Deno.test("the README's table of commands and the tasks of deno.json name the same", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")));
  const commands = readme.slice(readme.indexOf("## Commands"), readme.indexOf("### Your own data"));
  for (const task of Object.keys(tasks)) {
    assert(commands.includes(task), `the README lacks ${task}`);
  }
  for (const [, named] of commands.matchAll(/deno task ([\w:]+)/g)) assert(named! in tasks, named!);
});
