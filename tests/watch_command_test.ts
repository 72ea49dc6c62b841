/** `deno task watch` as a process with its task's permissions, beside runs of other processes. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { ScriptedRun, withReports } from "../lib/watch/testing.ts";
import { asProcess, inProcess, taskArguments } from "./command_line.ts";
import { Listener } from "./listener.ts";

const lineFit = join(root, "tests", "testdata", "line_fit.ts");

async function startWatch(reports: string, ...args: string[]): Promise<[Listener, string]> {
  const listener = new Listener(
    new Deno.Command(Deno.execPath(), {
      args: [...await taskArguments("watch", reports), ...args, "--out", reports],
      cwd: root,
      stdout: "null",
      stderr: "piped",
    }).spawn(),
  );
  await listener.hears("Ctrl-C ends it");
  return [listener, /http:\/\/127\.0\.0\.1:\d+\//.exec(listener.text)![0]];
}

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`\`watch\` follows the run of another process, and ends on ${signal} while a page listens`, () =>
    withReports(async (reports) => {
      const [watch, url] = await startWatch(reports);
      const page = (await fetch(`${url}events`)).body!.pipeThrough(new TextDecoderStream());
      let told = "";
      const ended = (async () => {
        for await (const part of page) told += part;
      })();
      const tells = async (part: string) => {
        for (let tries = 0; !told.includes(part); tries++) {
          assert(tries < 3000, `without ${part}: ${told.slice(-3000)}`);
          await new Promise((wait) => setTimeout(wait, 20));
        }
      };
      await tells("No run has begun");
      const run = await asProcess(
        reports,
        ["experiment", lineFit, "--seeds", "1", "--backend", "wasm", "--jobs", "1"],
      );
      assertEquals(run.status, 0, run.err);
      await tells("targets 1 of 1 met so far");
      await tells("line/validation/loss");
      watch.child.kill(signal);
      assertEquals(await watch.status(), status);
      await ended;
      assertStringIncludes(told, "event: end");
    }));
}

async function refuses(args: string[], ...says: string[]): Promise<void> {
  const { status, out, err } = await inProcess("watch", ...args);
  assertEquals([status, out], [2, ""], err);
  for (const part of says) assertStringIncludes(err.replaceAll("\n", " "), part);
}

Deno.test("`watch` refuses what is not there, and a port that is taken", () =>
  withReports(async (reports) => {
    const out = ["--out", reports];
    new ScriptedRun(reports).begin();
    await refuses(["bandwith-predictor", ...out], 'Did you mean "bandwidth-predictor"?');
    await refuses(["ffffffffffff", ...out], "no run or sweep under");
    await refuses(["a", "b", ...out], "Cannot watch a, b at once");
    await refuses(["--port", "70000", ...out], "65535 at most");
    await refuses(["--prot", "1", ...out], 'Did you mean "--port"?');
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await refuses(["--port", `${taken.addr.port}`, ...out], "Choose another port");
    taken.close();
  }));
