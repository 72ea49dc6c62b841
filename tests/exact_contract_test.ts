/**
 * The `exact` contract: processes of their own end with the committed bits, whatever the number of threads,
 * the locale, the time zone, the working directory and what the engine may use of the CPU.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import digests from "./golden/digests.json" with { type: "json" };
import type { Digests, Golden, Surroundings } from "./golden/train.ts";

const golden: Readonly<Record<string, Readonly<Record<string, Digests>>>> = digests;

/** How a process computes, and what it should not care about. */
interface Setting {
  readonly numerics: "auto" | "strict";
  readonly threads: number;
  /** As the environment has it, and as the engine then calls it. */
  readonly locale: readonly [string, string];
  readonly timeZone: string;
  /** What the engine is to do without, as flags of V8. */
  readonly without?: string;
}

const german = ["de_DE.UTF-8", "de-DE"] as const; // a comma before the decimals
const turkish = ["tr_TR.UTF-8", "tr-TR"] as const; // i and I are different letters
const plain = ["C", "en-US"] as const;

const settings: readonly Setting[] = [
  { numerics: "auto", threads: 1, locale: german, timeZone: "Asia/Kolkata" },
  { numerics: "auto", threads: 2, locale: turkish, timeZone: "America/St_Johns" },
  { numerics: "strict", threads: 1, locale: plain, timeZone: "UTC" },
  { numerics: "strict", threads: 2, locale: german, timeZone: "America/St_Johns" },
  // As on an old CPU, without fused multiply-adds, and as before the optimising compiler is done.
  {
    numerics: "auto",
    threads: 2,
    locale: plain,
    timeZone: "Asia/Kolkata",
    without: "--no-enable-avx,--liftoff-only",
  },
];

for (const setting of settings) {
  const { numerics, threads, locale, timeZone, without = "" } = setting;
  const where = `numerics ${numerics}, threads ${threads}, ${locale[0]}, ${timeZone} ${without}`
    .trimEnd();
  Deno.test(`every model trains to its golden digests: ${where}`, async (t) => {
    const [surroundings, trained] = await trainedUnder(setting);
    const expected = golden[surroundings.numerics]!;
    await t.step(
      numerics === "auto" && surroundings.numerics === "wasm-strict"
        ? "multiply-adds are not fused here: compared with wasm-strict"
        : `compared with ${surroundings.numerics}`,
      () => assertEquals(trained.map(({ model }) => model), Object.keys(expected)),
    );
    for (const { model, digests } of trained) {
      await t.step(model, () => assertEquals(digests, expected[model]));
    }
  });
}

Deno.test("the golden digests tell the two arithmetics apart in every model", () => {
  const { "wasm-fma": fused, "wasm-strict": strict } = golden;
  for (const [model, { weights }] of Object.entries(strict!)) {
    assertNotEquals(weights, fused![model]!["weights"], model);
  }
});

/** Lets a process train the models in a folder of its own, and checks that its surroundings are as wanted. */
async function trainedUnder(
  { numerics, threads, locale, timeZone, without = "" }: Setting,
): Promise<[Surroundings, Golden[]]> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--frozen",
        `--config=${join(root, "deno.json")}`,
        ...(without === "" ? [] : [`--v8-flags=${without}`]),
        "--allow-read",
        "--allow-env=IGNORE_TEST_WIN32,READABLE_STREAM",
        fromFileUrl(new URL("./golden/train.ts", import.meta.url)),
        numerics,
        `${threads}`,
      ],
      cwd: folder,
      env: { LANG: locale[0], LC_ALL: locale[0], TZ: timeZone },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const [surroundings, ...trained] = new TextDecoder().decode(stdout).trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(surroundings, {
      numerics: numerics === "strict" ? "wasm-strict" : surroundings.numerics,
      locale: locale[1],
      // Under the name that the engine has for it.
      timeZone: new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone,
      folder,
    });
    return [surroundings, trained];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
