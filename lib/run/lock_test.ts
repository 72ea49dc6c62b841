import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { lockRun } from "./lock.ts";

/** A process that takes the lock, says so, and keeps it until its stdin closes. */
function holder(path: string): Deno.ChildProcess {
  const script = `
    using file = await Deno.open(${
    JSON.stringify(path)
  }, { read: true, write: true, create: true });
    await file.lock(true);
    await file.write(new TextEncoder().encode("process of the test\\n"));
    console.log("held");
    for await (const _ of Deno.stdin.readable);`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

Deno.test("`lockRun()` waits for another process and names it", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "deep", "run");
  await Deno.mkdir(join(folder, "deep"));
  const other = holder(path);
  const reader = other.stdout.getReader();
  await reader.read();
  const heard: string[] = [];
  const waiting = lockRun(path, "us", (who) => {
    heard.push(who);
    other.stdin.close();
  });
  using _lock = await waiting;
  assertEquals(heard.length, 1);
  assertStringIncludes(heard[0]!, "process of the test");
  assertEquals((await Deno.readTextFile(path)).trim(), "us");
  await reader.cancel();
  await other.status;
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`lockRun()` takes the lock of a process that was killed", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "run");
  const other = holder(path);
  const reader = other.stdout.getReader();
  await reader.read();
  other.kill("SIGKILL");
  await other.status;
  await other.stdin.abort();
  const heard: string[] = [];
  using _lock = await lockRun(path, "us", (who) => heard.push(who));
  assertEquals(heard, []);
  await reader.cancel();
  await Deno.remove(folder, { recursive: true });
});
