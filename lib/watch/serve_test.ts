import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { everything } from "./scope.ts";
import { serveWatch } from "./serve.ts";
import { loss, ScriptedRun, withReports } from "./testing.ts";

interface Message {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- as it comes
  readonly data: any;
}

/** A page that listens. */
class Listener {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next message, `null` at the end. */
  async next(): Promise<Message | null> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
    const [, event, data] = /^event: (.*)\ndata: (.*)\n\n/.exec(this.#text)!;
    this.#text = this.#text.slice(this.#text.indexOf("\n\n") + 2);
    return { event: event!, data: JSON.parse(data!) };
  }

  /** The next message of a kind whose data are as wanted. */
  async until(event: string, wanted: (data: Message["data"]) => boolean): Promise<Message["data"]> {
    for (let message; (message = await this.next()) !== null;) {
      if (message.event === event && wanted(message.data)) return message.data;
    }
    throw new Error(`it ended without ${event}`);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** Serves runs, and stops when `action` is done. */
async function serving(
  reports: string,
  action: (url: string, stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  const options = { scope: everything, root: reports, port: 0, pause: 5 };
  const { port, finished } = await serveWatch({
    ...options,
    reports,
    stop: stopping.signal,
    onError: (error) => errors.push(error),
  });
  const stop = async () => {
    stopping.abort();
    await finished;
  };
  try {
    await action(`http://127.0.0.1:${port}/`, stop);
  } finally {
    await stop();
  }
  assertEquals(errors, []);
}

const listen = async (url: string) => new Listener(await fetch(`${url}events`));

Deno.test("`serveWatch()` sends all there is, then what is new, to every page", () =>
  withReports((reports) =>
    serving(reports, async (url) => {
      const run = new ScriptedRun(reports).begin().say(loss(1, 3), loss(2, 2));
      const curve = `demo/quick/${run.id} line/train/loss`;
      const first = await listen(url);
      assertEquals((await first.next())?.event, "begin");
      const whole = await first.until("curves", (data) => curve in data);
      assertEquals(whole[curve], { from: 0, points: [[1, 3], [2, 2]] });
      const { html, charts } = await first.until("update", ({ charts }) => charts.length > 0);
      assertStringIncludes(html, "1 running");
      assertEquals(charts[0].lines[0].curve, curve);
      run.say(loss(3, 1));
      const more = await first.until("curves", (data) => curve in data);
      assertEquals(more[curve], { from: 2, points: [[3, 1]] });

      const second = await listen(url);
      const all = await second.until("curves", (data) => curve in data);
      assertEquals(all[curve].points.length, 3);
      run.finish();
      for (const page of [first, second]) {
        const { said } = await page.until("update", ({ html }) => html.includes("finished</span>"));
        assertEquals(said, ["demo, quick, seed 1: finished."]);
        await page.leave();
      }
    })
  ));

Deno.test("`serveWatch()` waits where there is nothing yet", () =>
  withReports((reports) =>
    serving(`${reports}/none`, async (url) => {
      const page = await listen(url);
      const { html } = await page.until("update", () => true);
      assertStringIncludes(html, "No run has begun. This page waits");
      new ScriptedRun(`${reports}/none`).begin();
      await page.until("update", ({ html }) => html.includes("1 running"));
      await page.leave();
    })
  ));

Deno.test("`serveWatch()` bids pages farewell when it is stopped, and leaves no connection", () =>
  withReports((reports) =>
    serving(reports, async (url, stop) => {
      const page = await listen(url);
      await page.until("update", () => true);
      const stopped = stop();
      assertEquals((await page.next())?.event, "end");
      assertEquals(await page.next(), null);
      await stopped;
    })
  ));

Deno.test("`serveWatch()` escapes what runs are called", () =>
  withReports((reports) =>
    serving(reports, async (url) => {
      const attack = `<img src=x onerror="alert(1)">`;
      new ScriptedRun(reports, { config: { attack, n: 1 } }).begin()
        .say({ step: 1, tag: attack, value: 1 });
      new ScriptedRun(reports, { config: { attack: "", n: 1 } }).begin();
      const page = await listen(url);
      const { html } = await page.until("update", ({ charts }) => charts.length > 0);
      assert(!html.includes("<img"));
      assertStringIncludes(html, "&lt;img");
      await page.leave();
    })
  ));

Deno.test("`serveWatch()` answers this machine only, and for its page only", () =>
  withReports((reports) =>
    serving(reports, async (url) => {
      const page = await fetch(url);
      const text = await page.text();
      assert(/content="default-src &#39;none&#39;; script-src &#39;sha256-/.test(text));
      assert(text.includes("connect-src &#39;self&#39;"));
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(url + path, init);
        return [response.status, (await response.text()).split(":")[0]];
      };
      assertEquals(await ask("x"), [404, 'Cannot find "/x". The page is at /.\n']);
      assertEquals(await ask("", { method: "POST" }), [405, "Cannot POST /"]);
      assertEquals(await rebound(new URL(url).port), 403);
    })
  ));

/** The status of a request under another host's name, as after DNS rebinding. */
async function rebound(port: string): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const request = "GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const text = await new Response(connection.readable).text();
  return Number(text.slice(9, 12));
}
