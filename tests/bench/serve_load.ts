/**
 * What the prediction service bears: requests from this process to a server in another one, over 64
 * connections; every route, one request in 64 a new sample. Prints the rate, the latencies and the server's
 * resident memory before and after:
 *
 *     deno run --allow-net=127.0.0.1 --allow-read --allow-run tests/bench/serve_load.ts [REQUESTS]
 *
 * The model is a stub, so that the figures are those of HTTP, JSON, checks and the ring. V8's young generation
 * is bounded, or under load it takes ever more room before it collects.
 *
 * @module
 */

import { followedBy, LINK_SCORED } from "../../lib/serve/amst/link.ts";
import { AmstOptimizer } from "../../lib/serve/amst/optimizer.ts";
import { PredictionService } from "../../lib/serve/prediction_service.ts";
import { serve } from "../../lib/serve/server.ts";
import { stubForecaster } from "../../lib/serve/testing.ts";
import { systemTime } from "../../lib/serve/time.ts";

const CONNECTIONS = 64;
const routes = ["/prediction", "/parameters", "/metrics", "/health"];
const link = { throughput_mbps: 100, rtt_ms: 30, packet_loss: 0.001, jitter_ms: 3 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A server that says its port, then its resident memory for each line on stdin, until that ends. */
async function server(): Promise<void> {
  const optimizer = new AmstOptimizer();
  const service: PredictionService = new PredictionService({
    forecaster: stubForecaster({ horizonSeconds: 6000 }),
    // A sample is a minute: forecasts meet their moment a hundred samples later.
    time: { ...systemTime, now: () => service.status().lastSampleAt ?? 0 },
    intervalSeconds: 0.02,
    scored: LINK_SCORED,
    listener: followedBy(optimizer),
  });
  service.start();
  const stop = new AbortController();
  const { port, finished } = serve({ service, optimizer, port: 0, stop: stop.signal });
  const say = (value: number) => Deno.stdout.writeSync(encoder.encode(`${value}\n`));
  say(port);
  for await (const _ of Deno.stdin.readable) say(Deno.memoryUsage().rss);
  stop.abort();
  await finished;
  await service.close();
}

/** A kept connection: one request after the other. */
class Client {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(65_536);

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Sends a request; gives the status of its answer, read whole. */
  async ask(method: string, path: string, body = ""): Promise<number> {
    await this.#connection.write(encoder.encode(
      `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    ));
    for (let filled = 0, size = Infinity, head = ""; filled < size;) {
      const read = await this.#connection.read(this.#buffer.subarray(filled));
      if (read === null) throw new Error("the server closed the connection");
      filled += read;
      const text = decoder.decode(this.#buffer.subarray(0, filled));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) continue;
      head = text.slice(0, end);
      size = end + 4 + Number(/content-length: (\d+)/i.exec(head)![1]);
      if (filled >= size) return Number(head.slice(9, 12));
    }
    throw new Error("internal: an answer longer than the buffer");
  }
}

async function load(requests: number): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--v8-flags=--max-semi-space-size=8",
      "--allow-net=127.0.0.1",
      import.meta.filename!,
      "server",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const hear = async () => Number(decoder.decode((await output.read()).value));
  const megabytes = async () => {
    await input.write(encoder.encode("\n"));
    return `${Math.round(await hear() / 2 ** 20)} MB`;
  };
  const port = await hear();
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      connection.setNoDelay(true);
      return new Client(connection);
    }),
  );
  let minute = 0, failed = 0;
  /** Each connection its share; the first one sends the samples, for they have to come in order. */
  const round = (count: number): Promise<number[][]> =>
    Promise.all(clients.map(async (client, i) => {
      const milliseconds: number[] = [];
      for (let n = 0; n < count / CONNECTIONS; n++) {
        const start = performance.now();
        const status = i === 0
          ? await client.ask(
            "POST",
            "/samples",
            JSON.stringify({ timestamp: 60 * minute++, ...link }),
          )
          : await client.ask("GET", routes[(i + n) % routes.length]!);
        milliseconds.push(performance.now() - start);
        if (status !== (i === 0 ? 202 : 200)) failed++;
      }
      return milliseconds;
    }));

  for (let n = 0; n < 3; n++) {
    const [first] = clients;
    await first!.ask("POST", "/samples", JSON.stringify({ timestamp: 60 * minute++, ...link }));
  }
  await round(5_000); // compiled and warm
  const lines = [`warm, after  5,000 requests: ${await megabytes()}`];
  const all: number[] = [];
  const parts = 5;
  let seconds = 0;
  for (let part = 1; part <= parts; part++) {
    const start = performance.now();
    for (const each of await round(requests / parts)) for (const ms of each) all.push(ms);
    seconds += (performance.now() - start) / 1000;
    lines.push(
      `after ${(part * requests / parts).toLocaleString("en")} more: ${await megabytes()}`,
    );
  }
  all.sort((a, b) => a - b);
  const quantile = (share: number) => `${all[Math.floor(share * (all.length - 1))]!.toFixed(2)} ms`;
  lines.push(
    `${Math.round(all.length / seconds)} requests/s, median ${quantile(0.5)}, p99 ${
      quantile(0.99)
    }, ` + `most ${quantile(1)}; ${failed} of ${all.length} failed`,
  );
  await input.close();
  await child.status;
  return lines;
}

if (Deno.args[0] === "server") await server();
else {
  const lines = await load(Number(Deno.args[0] ?? 100_000));
  Deno.stdout.writeSync(encoder.encode(`${lines.join("\n")}\n`));
  Deno.exit(0);
}
