/** Damage, full disks and second processes: what is said of each, and what is still right after it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { type Ended, inProcess, taskArguments, withFolder } from "./command_line.ts";
import {
  command,
  contents,
  entries,
  type Files,
  filesOf,
  finish,
  folderOf,
  partialOf,
  stopAt,
} from "./interrupted_runs.ts";

const testdata = (name: string) => join(root, "tests", "testdata", name);

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeFile(join(folder, path), bytes);
  }
}

/** A run that was left alone, and the same run as SIGKILL left it in its second loop. */
interface Template {
  readonly id: string;
  readonly complete: Files;
  readonly partial: Files;
  /** What the complete one says. */
  readonly expected: Record<string, string>;
}

let made: Promise<Template> | undefined;

function template(): Promise<Template> {
  return made ??= withFolder(async (out) => {
    assertEquals(await stopAt(out, "wasm", { steps: 70, whileWriting: false }, "SIGKILL"), 137);
    const partial = await filesOf(join(folderOf(out), partialOf(out)!));
    const { status, err } = await finish(out, "wasm");
    assertEquals(status, 0, err);
    const [id] = entries(folderOf(out)).filter((name) => /^[0-9a-f]{12}$/.test(name));
    const complete = await filesOf(join(folderOf(out), id!));
    return { id: id!, complete, partial, expected: await contents(out) };
  });
}

/** The checkpoints among files, of the loop that ran last, the newest first. */
function newest(files: Files): string[] {
  const names = Object.keys(files).filter((name) => /^checkpoint-.*\.safetensors$/.test(name));
  const of = (loop: string) => names.filter((name) => name.startsWith(`checkpoint-${loop}-`));
  const last = ["nested+second", "walk", "first"].map(of).find(({ length }) => length > 0)!;
  return last.sort().reverse();
}

const repeat = (out: string, ...more: string[]): Promise<Ended> =>
  inProcess(...command("wasm"), "--out", out, ...more);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/**
 * Copies the interrupted run to a reports folder of its own, as from another machine, damages it, and repeats
 * the command: it must end like the run that was left alone.
 */
async function goesOn(
  damage: (files: Files, last: readonly string[]) => void,
  says: readonly (string | RegExp)[],
  { events = true } = {},
): Promise<void> {
  const { id, partial, expected } = await template();
  await withFolder(async (out) => {
    const files = { ...partial };
    damage(files, newest(files));
    await writeFiles(join(folderOf(out), `${id}.partial`), files);
    const { status, err } = await repeat(out);
    assertEquals(status, 0, err);
    for (const part of says) {
      const said = typeof part === "string" ? err.includes(part) : part.test(err);
      assert(said, `${part} in ${err}`);
    }
    const { "events.jsonl": log, ...rest } = await contents(out);
    const { "events.jsonl": wholeLog, ...wanted } = expected;
    assertEquals(rest, wanted);
    assertEquals(log === wholeLog, events, "the log");
    assertEquals(entries(folderOf(out)).filter((name) => /partial|old/.test(name)), []);
  });
}

const flipped = (bytes: Uint8Array<ArrayBuffer>, at: number) => {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at]! ^= 4;
  return copy;
};

Deno.test("an interrupted run that was copied to another folder goes on there; its first loop is not trained again", () =>
  goesOn(() => {}, [/first is complete/, /(walk|second) (continues after step \d+|is complete)/]));

Deno.test("a truncated, flipped or senseless checkpoint is named, and the one before it is used", async () => {
  const faults: [(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>, string][] = [
    [(bytes) => bytes.slice(0, 500), "as safetensors"],
    [(bytes) => flipped(bytes, -1), "its bits are not those that were written"],
    [(bytes) => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setBigUint64(0, 1n << 60n, true);
      return copy;
    }, "its header should take 1152921504606846976 bytes"],
  ];
  for (const [damage, says] of faults) {
    let name = "";
    await goesOn((files, [last]) => {
      name = last!;
      files[name] = damage(files[name]!);
    }, [says, "It is removed, and the one before it is tried.", /continues after step \d+/]);
    const { partial } = await template();
    assert(name in partial);
  }
});

Deno.test("when no checkpoint of a loop is good it starts anew, and says so", () =>
  goesOn((files, last) => {
    for (const name of last) files[name] = files[name]!.slice(0, 7);
  }, ["it has 7 bytes", "the one before it is tried", "It is removed, and the loop starts anew."]));

Deno.test("a checkpoint of another loop or run under a good one's name is not used", () =>
  goesOn((files, [last]) => {
    files[last!] = files[Object.keys(files).find((name) => name.includes("-first-"))!]!;
  }, ["it belongs to run", 'loop "first"']));

Deno.test("a manifest that is cut, flipped or missing is named and written again", async () => {
  const name = "manifest.json";
  const says = ["manifest.json is missing or damaged"];
  await goesOn((files) => void (files[name] = files[name]!.slice(0, 100)), says);
  await goesOn((files) => void (files[name] = flipped(files[name]!, 0)), says);
  await goesOn((files) => void (delete files[name]), says);
});

Deno.test("a log that is cut, damaged, altered or missing is named; the digests are the same", async () => {
  const name = "events.jsonl";
  const says = ["events.jsonl is not what it was", "--rerun"];
  const gap = { events: false };
  await goesOn((files) => void (files[name] = files[name]!.slice(0, 1000)), says, gap);
  await goesOn((files) => void (files[name] = flipped(files[name]!, 1000)), says, gap);
  await goesOn((files) => void (delete files[name]), says, gap);
  const altered = (log: string) => log.replace(/("value":\d)/, "$11");
  await goesOn(
    (files) => void (files[name] = new TextEncoder().encode(altered(text(files[name]!)))),
    says,
    gap,
  );
});

Deno.test("a log that was altered after the last checkpoint is put right", () =>
  goesOn((files) => {
    const log = text(files["events.jsonl"]!);
    const more = '{"step":1,"tag":"walk/position","value":7}\n{"step":2,"ta';
    files["events.jsonl"] = new TextEncoder().encode(
      log.slice(0, log.lastIndexOf("\n") + 1) + more,
    );
  }, [/Line \d+ of .*events.jsonl was altered/]));

Deno.test("a complete run that was copied answers at once; what was altered in it is named", async () => {
  const { id, complete, expected } = await template();
  const faults: [(files: Files) => void, string[]][] = [
    [() => {}, []],
    [(files) => void (delete files["model/walk.safetensors"]), [
      "model/walk.safetensors is missing",
    ]],
    [
      (files) => void (files["events.jsonl"] = flipped(files["events.jsonl"]!, 20)),
      ["events.jsonl was altered", "--rerun"],
    ],
    [
      (files) => void (files["manifest.json"] = flipped(files["manifest.json"]!, 20)),
      ["manifest.json was altered"],
    ],
  ];
  for (const [damage, says] of faults) {
    await withFolder(async (out) => {
      const files = { ...complete };
      damage(files);
      await writeFiles(join(folderOf(out), id), files);
      const { status, err } = await repeat(out);
      assertEquals(status, 0, err);
      for (const part of [`run ${id} is complete already`, ...says]) {
        assertStringIncludes(err, part);
      }
      assertEquals(err.includes("not as it was written"), says.length > 0, err);
      const after = await filesOf(join(folderOf(out), id));
      delete after["report.html"];
      delete files["report.html"];
      assertEquals(after, files, "nothing is changed by looking");
    });
  }
  await withFolder(async (out) => {
    // A value that is still a value: only the checksum knows.
    const result = text(complete["result.json"]!);
    const better = result.replace(/("first\/mean": -?)0\.0?/, "$10.9");
    assert(better !== result);
    await writeFiles(join(folderOf(out), id), {
      ...complete,
      "result.json": new TextEncoder().encode(better),
    });
    const { status, err } = await repeat(out);
    assertEquals(status, 0, err);
    assertStringIncludes(err, "result.json: it was altered after it was written");
    assertStringIncludes(err, "It is run again now.");
    assertEquals(await contents(out), expected);
  });
});

Deno.test("`report` and `list` leave out what was altered, and name it", async () => {
  await withFolder(async (out) => {
    const lineFit = [testdata("line_fit.ts"), "--backend", "wasm", "--out", out];
    assertEquals((await inProcess("experiment", ...lineFit, "--seeds", "2")).status, 0);
    const folder = join(out, "line-fit", "quick");
    const [first, second] = entries(folder).filter((name) => /^[0-9a-f]{12}$/.test(name));
    const change = async (path: string, from: RegExp, to: string) => {
      const before = await Deno.readTextFile(join(folder, path));
      assert(before.replace(from, to) !== before, path);
      await Deno.writeTextFile(join(folder, path), before.replace(from, to));
    };
    await change(`${first}/result.json`, /("test\/slope": )0/, "$11");
    await Deno.remove(join(folder, second!, "model", "line.safetensors"));
    const report = await inProcess("report", "--out", out);
    assertEquals(report.status, 0);
    assertStringIncludes(report.err, `${first}/result.json: it was altered`);
    assertStringIncludes(report.err, `${second}/model/line.safetensors is missing`);
    const list = await inProcess("list", "--out", out);
    assertStringIncludes(list.err, `${first}/result.json: it was altered`);
    await change("summary.json", /"value": 0/, '"value": 1');
    const again = await inProcess("report", "--out", out);
    assertStringIncludes(again.err, "summary.json: it was altered");
    assertEquals((await Deno.readTextFile(join(out, "index.html"))).includes("line-fit"), false);
    assertEquals((await inProcess("experiment", ...lineFit, "--seeds", "2")).status, 0);
    assertStringIncludes(await Deno.readTextFile(join(out, "index.html")), "line-fit");
  });
});

Deno.test("the result of another run in a run's place is refused, not replaced", async () => {
  const { id, complete } = await template();
  await withFolder(async (out) => {
    await writeFiles(join(folderOf(out), id), complete);
    const { status, err } = await repeat(out, "--set", "steps=59");
    assertEquals(status, 0, err);
    const other = entries(folderOf(out)).find((name) =>
      /^[0-9a-f]{12}$/.test(name) && name !== id
    )!;
    await Deno.remove(join(folderOf(out), other), { recursive: true });
    await Deno.rename(join(folderOf(out), id), join(folderOf(out), other));
    const refused = await repeat(out, "--set", "steps=59");
    assertEquals(refused.status, 2, refused.err);
    assertStringIncludes(
      refused.err.replaceAll("\n", " "),
      `holds the result of another run, ${id}`,
    );
    assertEquals(
      (await filesOf(join(folderOf(out), other)))["result.json"],
      complete["result.json"],
    );
  });
});

Deno.test("an interrupted --rerun goes on; the old result stays until the new one is whole", async () => {
  const { id, complete, partial, expected } = await template();
  await withFolder(async (out) => {
    await writeFiles(join(folderOf(out), id), complete);
    await writeFiles(join(folderOf(out), `${id}.partial`), partial);
    const plain = await repeat(out);
    assertStringIncludes(plain.err, "is complete already");
    const again = await repeat(out, "--rerun");
    assertEquals(again.status, 0, again.err);
    assertStringIncludes(again.err, "first is complete");
    assertEquals(again.err.includes("other digests"), false);
    assertEquals(await contents(out), expected);
    assertEquals(partialOf(out), undefined);
    // A process that died between the two renames of a replacement.
    await Deno.rename(join(folderOf(out), id), join(folderOf(out), `${id}.old`));
    assertStringIncludes((await repeat(out)).err, "is complete already");
    assertEquals(await contents(out), expected);
  });
});

Deno.test("an interrupted run is not used for other numerics", async () => {
  const { id, partial } = await template();
  await withFolder(async (out) => {
    await writeFiles(join(folderOf(out), `${id}.partial`), partial);
    const { status, err } = await repeat(out, "--numerics", "strict");
    assertEquals(status, 0, err);
    const strictHere = entries(folderOf(out)).includes(id);
    assertEquals(/is complete\.|continues/.test(err), strictHere, err);
    if (!strictHere) assertEquals(await filesOf(join(folderOf(out), `${id}.partial`)), partial);
  });
});

Deno.test("two processes on one interrupted run: one goes on, the other answers with its result", async () => {
  const { id, partial, expected } = await template();
  await withFolder(async (out) => {
    await writeFiles(join(folderOf(out), `${id}.partial`), partial);
    const both = await Promise.all([finish(out, "wasm"), finish(out, "wasm")]);
    const said = both.map(({ err }) => err).join("\n");
    assertEquals(both.map(({ status }) => status), [0, 0], said);
    assertEquals(said.match(/first is complete\./g)?.length, 1, said);
    assertEquals(said.match(/is complete already/g)?.length, 1, said);
    assertEquals(await contents(out), expected);
  });
});

Deno.test("a disk that fills up during a run: told, status 2, no harm to other runs; with room it ends right", () =>
  withFolder(async (folder) => {
    const { expected, partial } = await template();
    // Room for the lock, the log and two checkpoints: the third must fail.
    const pages = (name: RegExp) =>
      4 * Math.ceil(partial[Object.keys(partial).find((path) => name.test(path))!]!.length / 4096);
    const room = pages(/^manifest/) + 8 + 2 * pages(/^checkpoint-first-/) + 4;
    const [out, saved] = [join(folder, "small"), join(folder, "saved")];
    await Deno.mkdir(out);
    const [task, ...words] = command("wasm");
    const deno = [Deno.execPath(), ...await taskArguments(task, out), ...words, "--out", out];
    const script = `
      out="$0"; saved="$1"; shift
      mount -t tmpfs -o size=16m none "$out"
      "$@" --seed 2 2>/dev/null || exit 90
      other=$(ls -d "$out"/interrupted/quick/[0-9a-f]???????????)
      used=$(du -sk "$out" | cut -f 1)
      mount -o remount,size=$((used + ${room}))k "$out"
      "$@"; echo "status $?"
      ls "$out"/interrupted/quick/*.partial
      (cd "$other" && sha256sum --check --quiet SHA256SUMS) || exit 91
      mount -o remount,size=16m "$out"
      "$@"; echo "status $?"
      rm -r "$other"
      cp -r "$out" "$saved"`;
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--map-root-user", "--mount", "sh", "-c", script, out, saved, ...deno],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    const [listed, said] = [text(stdout), text(stderr)];
    assertEquals(code, 0, listed + said);
    assertEquals(listed.match(/status \d+/g), ["status 2", "status 0"], listed + said);
    assert(/checkpoint-first-\d+\.safetensors: the disk is full/.test(said), said);
    // Once for each loop and kind of file, not for each step.
    assert(said.match(/The run goes on without;/g)!.length <= 5, said);
    assert(/checkpoint-first-\d+\.safetensors/.test(listed), listed);
    assertEquals(listed.includes("result.json"), false, listed);
    assertEquals(listed.includes(".tmp"), false, listed);
    assert(/continues after step \d+|is complete\./.test(said), said);
    assertEquals(await contents(saved), expected);
  }));
