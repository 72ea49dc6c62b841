/**
 * Opens pages in headless Chromium, for tests of what a reader sees.
 *
 * @module
 */

import { join, toFileUrl } from "@std/path";

/** What became of a page. */
export interface OpenedPage {
  /** The document as it stood at the end. */
  readonly dom: string;
  /** What it said on the console, uncaught errors among it. */
  readonly console: readonly string[];
}

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * The browser's executable.
 *
 * @throws {Error} When there is none: the tests need one and are never skipped.
 */
export async function findChromium(): Promise<string> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
  throw new Error(
    `Cannot open a page in a browser: none of ${names.join(", ")} is on the PATH (${
      folders.join(":")
    }). ` +
      `Install one, for example "apt-get install chromium"; these tests are not skipped.`,
  );
}

/** What every start of the browser is given; `profile` is a folder of its own. */
export function chromiumArguments(profile: string): string[] {
  return [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--user-data-dir=${profile}`,
  ];
}

/** Opens a file, gives its scripts up to eight seconds of the browser's own time, and reads it. */
export async function openPage(path: string): Promise<OpenedPage> {
  const profile = await Deno.makeTempDir({ prefix: "assay-chromium-" });
  try {
    const { success, code, stdout, stderr } = await new Deno.Command(await findChromium(), {
      args: [
        ...chromiumArguments(profile),
        "--enable-logging=stderr",
        "--virtual-time-budget=8000",
        "--dump-dom",
        toFileUrl(path).href,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const log = new TextDecoder().decode(stderr);
    if (!success) {
      throw new Error(`Chromium ended with status ${code} on ${path}: ${log.slice(-2000)}`);
    }
    return {
      dom: new TextDecoder().decode(stdout),
      console: log.split("\n").filter((line) => /:CONSOLE[:(]/.test(line)),
    };
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
}
