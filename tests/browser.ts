/**
 * A browser that stays open, for tests of pages that change: what is asked of a page is evaluated in it, over
 * Chromium's DevTools protocol on loopback.
 *
 * @module
 */

import { assert } from "@std/assert";
import { chromiumArguments, findChromium } from "./chromium.ts";

/** How a page is looked at. */
export interface Look {
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A page in a browser of its own. */
export class OpenPage implements AsyncDisposable {
  /** What the page says on the console, and errors that nobody caught. */
  readonly console: string[] = [];
  #asked = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #loaded = Promise.withResolvers<void>();

  private constructor(
    readonly profile: string,
    readonly child: Deno.ChildProcess,
    readonly socket: WebSocket,
  ) {
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
  }

  /** Starts a browser and opens an address in it. */
  static async open(address: string, look: Look = {}): Promise<OpenPage> {
    const profile = await Deno.makeTempDir({ prefix: "assay-browser-" });
    const child = new Deno.Command(await findChromium(), {
      args: [...chromiumArguments(profile), "--remote-debugging-port=0", "about:blank"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const port = await portOf(profile);
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    const own = targets.find(({ type }: { type: string }) => type === "page");
    const socket = new WebSocket(own.webSocketDebuggerUrl);
    await new Promise((opened, failed) => {
      socket.addEventListener("open", opened, { once: true });
      socket.addEventListener("error", failed, { once: true });
    });
    const page = new OpenPage(profile, child, socket);
    await page.ask("Page.enable");
    await page.ask("Runtime.enable");
    await page.ask("Log.enable");
    await page.look(look);
    await page.go(address);
    return page;
  }

  /** Goes to an address, and waits until it is loaded. */
  async go(address: string): Promise<void> {
    this.#loaded = Promise.withResolvers();
    await this.ask("Page.navigate", { url: address });
    await this.#loaded.promise;
  }

  /** Sets the size of the window and the reader's colour scheme. */
  async look({ width = 1280, height = 1400, dark = false }: Look): Promise<void> {
    await this.ask("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.ask("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
  }

  /** What an expression comes to in the page, as JSON has it; a promise is waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    }) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Waits until an expression holds in the page. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; !await this.evaluate(`Boolean(${expression})`); tries++) {
      if (tries >= 600) {
        const text = await this.evaluate("document.body.innerText");
        assert(false, `not yet: ${expression}; the page says: ${text}; ${this.console.join("\n")}`);
      }
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }

  /** Presses and lets go of a key. */
  async press(key: string): Promise<void> {
    const text = key === "Enter" ? "\r" : key === " " ? " " : undefined;
    for (const type of ["keyDown", "keyUp"]) {
      await this.ask("Input.dispatchKeyEvent", {
        type,
        key,
        code: key === " " ? "Space" : key,
        windowsVirtualKeyCode: { Tab: 9, Enter: 13, " ": 32 }[key] ?? 0,
        ...(type === "keyDown" && text !== undefined ? { text } : {}),
      });
    }
  }

  /** A picture of the whole page, as PNG. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.ask("Page.captureScreenshot", { captureBeyondViewport: true });
    return Uint8Array.fromBase64(data as string);
  }

  /** Asks the browser something over its protocol. */
  ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    this.socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((done) => this.socket.addEventListener("close", done));
    this.ask("Browser.close").catch(() => {});
    await closed;
    await this.child.status;
    await Deno.remove(this.profile, { recursive: true });
  }

  #hear({ id, method, params, result, error }: Answer): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result ?? {});
    }
    if (method === "Page.loadEventFired") this.#loaded.resolve();
    const said = sayingOf(method, params);
    if (said !== null) this.console.push(said);
  }
}

/** What a message of the browser says of the console, if that is what it is about. */
function sayingOf(method: string | undefined, params: Answer["params"]): string | null {
  if (method === "Runtime.consoleAPICalled") {
    const { args } = params as { args: { value?: unknown; description?: string }[] };
    return args.map(({ value, description }) => value ?? description).join(" ");
  }
  if (method === "Runtime.exceptionThrown") {
    const { exceptionDetails } = params as {
      exceptionDetails: { text: string; exception?: { description?: string } };
    };
    return exceptionDetails.exception?.description ?? exceptionDetails.text;
  }
  if (method !== "Log.entryAdded") return null;
  const { entry: { text, url } } = params as { entry: { text: string; url?: string } };
  return `${text} ${url ?? ""}`.trim();
}

/** The port of the protocol, which the browser writes into its profile when it is ready. */
async function portOf(profile: string): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const text = await Deno.readTextFile(`${profile}/DevToolsActivePort`).catch(() => "");
    const port = Number(text.split("\n")[0]);
    if (port > 0) return port;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error("Cannot open a page: the browser did not say its port within 30 seconds");
}
