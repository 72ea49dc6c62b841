/**
 * The server of a live page, on loopback.
 *
 * @module
 */

import { listen, type Listening } from "../serve/listen.ts";
import { Feed } from "./feed.ts";
import { renderFrame } from "./page.ts";
import { Watcher, type WatcherOptions } from "./watcher.ts";

/** What to watch, and where to serve it. */
export interface WatchOptions extends WatcherOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** When it aborts, pages are told that it ends, and the server ends. */
  readonly stop: AbortSignal;
  /** Told of what goes wrong in between; the next look may do better. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds between two looks. Default 500. */
  readonly pause?: number;
}

/** Seconds that answers in progress may take when it is told to stop. */
const GRACE = 2;

/**
 * Serves a page that follows runs. While no page listens, nothing is looked at.
 *
 * @throws {InputError} When the port cannot be had.
 */
export async function serveWatch(options: WatchOptions): Promise<Listening> {
  const { stop, port, onError, pause = 500 } = options;
  const feed = new Feed();
  const frame = await renderFrame(options.scope.title);
  const server = listen(handler(feed, frame), { port, stop, graceSeconds: GRACE, onError });
  stop.addEventListener("abort", () => feed.end(), { once: true });
  if (stop.aborted) feed.end();
  const watching = watch(new Watcher(options), feed, { stop, onError, pause });
  return {
    ...server,
    finished: Promise.all([server.finished, watching]).then(() => {}),
  };
}

async function watch(
  watcher: Watcher,
  feed: Feed,
  { stop, onError, pause }: Required<Pick<WatchOptions, "stop" | "onError" | "pause">>,
): Promise<void> {
  let told = "";
  while (!stop.aborted) {
    await feed.someone();
    try {
      const view = stop.aborted ? null : await watcher.look();
      if (view !== null) feed.show(view);
      told = "";
    } catch (error) {
      // The same trouble, look after look, is told once.
      if (told !== String(error)) onError(error);
      told = String(error);
    }
    await waited(pause, stop);
  }
}

/** Waits, or until it is stopped. */
function waited(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    stop.addEventListener("abort", done);
  });
}

function handler(feed: Feed, frame: string): (request: Request) => Promise<Response> {
  return (request) => Promise.resolve(answer(request, feed, frame));
}

function answer(request: Request, feed: Feed, frame: string): Response {
  const url = URL.parse(request.url);
  // A name that somebody else's server gives for this machine's address must not open the page to theirs.
  if (url === null || !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    return refusal(403, "Cannot answer: the page is for this machine, by 127.0.0.1 or localhost.");
  }
  if (url.pathname !== "/" && url.pathname !== "/events") {
    return refusal(404, `Cannot find "${url.pathname.slice(0, 100)}". The page is at /.`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return refusal(405, `Cannot ${request.method} ${url.pathname}: it takes GET.`, {
      allow: "GET, HEAD",
    });
  }
  const page = url.pathname === "/";
  const body = request.method === "HEAD" ? null : page ? frame : feed.listen();
  return new Response(body, {
    headers: {
      "content-type": page ? "text/html; charset=utf-8" : "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    },
  });
}

function refusal(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
  });
}
