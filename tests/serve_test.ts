/** A service over real HTTP on loopback: every route, every refusal, clients that misbehave. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { followedBy, LINK_SCORED } from "../lib/serve/amst/link.ts";
import { AmstOptimizer } from "../lib/serve/amst/optimizer.ts";
import type { Forecaster } from "../lib/serve/forecaster.ts";
import { PredictionService } from "../lib/serve/prediction_service.ts";
import { serve } from "../lib/serve/server.ts";
import { ManualTime, stubForecaster } from "../lib/serve/testing.ts";

const link = { throughput_mbps: 100, rtt_ms: 30, packet_loss: 0, jitter_ms: 3 };
const minutes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ timestamp: 60 * (from + i), ...link }));

interface World {
  readonly url: string;
  readonly port: number;
  readonly time: ManualTime;
  readonly service: PredictionService;
  readonly errors: unknown[];
  stop(): Promise<void>;
}

/** Serves a stub in this process and calls `action`; everything is closed afterwards. */
async function served(
  action: (world: World) => Promise<void>,
  { parts = {}, bodyLimit = 2 ** 20, start = 120, graceSeconds = 5 }: {
    parts?: Partial<Forecaster>;
    bodyLimit?: number;
    start?: number;
    graceSeconds?: number;
  } = {},
): Promise<void> {
  const time = new ManualTime(start);
  const forecaster = stubForecaster(parts);
  const isLink = parts.targets === undefined;
  const optimizer = isLink ? new AmstOptimizer() : null;
  const service = new PredictionService({
    forecaster,
    time,
    ...(optimizer ? { scored: LINK_SCORED, listener: followedBy(optimizer) } : {}),
  });
  const errors: unknown[] = [];
  const stopping = new AbortController();
  const { port, hostname, finished } = serve({
    service,
    optimizer,
    port: 0,
    bodyLimit,
    stop: stopping.signal,
    graceSeconds,
    onError: (error) => errors.push(error),
  });
  assertEquals(hostname, "127.0.0.1");
  const stop = () => {
    stopping.abort();
    return finished;
  };
  try {
    await action({ url: `http://127.0.0.1:${port}`, port, time, service, errors, stop });
  } finally {
    await stop();
    await service.close();
  }
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- JSON of any shape
  readonly body: any;
}

async function ask(url: string, init?: RequestInit): Promise<Told> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}

function post(url: string, value: unknown): Promise<Told> {
  return ask(`${url}/samples`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof value === "string" ? value : JSON.stringify(value),
  });
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

/** Sends raw bytes, reads what comes first if it is to `stay`, and leaves. */
async function raw(port: number, text: string, stay: boolean): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(4000);
  const read = stay ? await connection.read(buffer) : 0;
  return new TextDecoder().decode(buffer.subarray(0, read ?? 0));
}

Deno.test("`POST /samples` and `GET /prediction`: from nothing to a forecast, past its expiry", () =>
  served(async ({ url, time, service }) => {
    const early = await ask(`${url}/prediction`);
    assertEquals([early.status, early.headers.get("retry-after")], [503, "180"]);
    assertStringIncludes(early.body.error, "needs 3 samples 60 s apart, and 0 came so far");

    const one = await post(url, minutes(0, 1)[0]);
    assertEquals([one.status, one.body], [202, {
      accepted: 1,
      gaps: 0,
      samples: 1,
      unbroken: 1,
      window: 3,
    }]);
    assertEquals((await post(url, minutes(1, 3))).body.samples, 3);

    const fallback = await ask(`${url}/prediction`);
    assertEquals([fallback.status, fallback.body.source], [200, "fallback"]);
    assertStringIncludes(fallback.body.reason, "due within 60 s");

    await service.forecast();
    const { status, headers, body } = await ask(`${url}/prediction`);
    assertEquals([status, headers.get("cache-control")], [200, "no-store"]);
    assertEquals(body, {
      source: "model",
      reason: null,
      modelVersion: "stub-1",
      madeAt: 120,
      validUntil: 180,
      values: link,
      confidence: 0.5,
      units: { throughput_mbps: "Mbit/s", rtt_ms: "ms", packet_loss: "", jitter_ms: "ms" },
      horizonSeconds: 60,
      calibration: { pairs: 0, meanError: null, statedConfidence: null, deservedConfidence: null },
    });

    await time.advance(60);
    const late = await ask(`${url}/prediction`);
    assertEquals(late.status, 503);
    assertStringIncludes(late.body.error, "the last sample is 60 s old");
  }));

Deno.test("`GET /parameters` says what is in use and what would be", () =>
  served(async ({ url, time, service }) => {
    const start = (await ask(`${url}/parameters`)).body;
    assertEquals([start.streams, start.bufferBytes, start.chunkBytes], [16, 65_536, 65_536]);
    assertEquals([start.confidence, start.source, start.effectiveness], [0, null, null]);
    await post(url, minutes(0, 3));
    for (let minute = 3; minute <= 12; minute++) {
      await service.forecast();
      await time.advance(60);
      await post(url, minutes(minute, minute + 1));
    }
    await service.forecast();
    assertEquals((await ask(`${url}/parameters`)).body, {
      streams: 10,
      bufferBytes: 412_500,
      chunkBytes: 41_250,
      pacingBytesPerSecond: 11_875_000,
      windowBytes: 4_125_000,
      confidence: 1,
      validUntil: 780,
      source: "model",
      adjustment: { adjust: false, streams: 10, reason: "optimal" },
      preemptive: null,
      decisions: 1,
      effectiveness: null,
    });
  }));

Deno.test("`GET /parameters` of a model that forecasts no link is 404 with the reason", () =>
  served(async ({ url }) => {
    const { status, body } = await ask(`${url}/parameters`);
    assertEquals(status, 404);
    assertStringIncludes(body.error, "does not forecast a network link");
  }, { parts: { targets: stubForecaster().targets.slice(0, 1) } }));

Deno.test("`GET /metrics` and `GET /health`", () =>
  served(async ({ url, service }) => {
    const waiting = (await ask(`${url}/health`)).body;
    assertEquals([waiting.status, waiting.samples, waiting.lastSampleAt], ["waiting", 0, null]);
    await post(url, minutes(0, 3));
    assertEquals((await ask(`${url}/health`)).body.status, "degraded");
    await service.forecast();
    const health = (await ask(`${url}/health`)).body;
    assertEquals([health.status, health.reason, health.modelVersion], ["ok", null, "stub-1"]);
    assertEquals(health.forecasts, 1);
    const { status, headers, body } = await ask(`${url}/metrics`);
    assertEquals(status, 200);
    assertEquals(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assertStringIncludes(body, "\ndwcp_pba_current_bandwidth_mbps 100\n");
  }));

Deno.test("wrong paths, methods and content types are refused with what is right", () =>
  served(async ({ url }) => {
    for (const path of ["/", "/sample", "/samples/", "/constructor", "/%00"]) {
      const { status, body } = await ask(url + path);
      assertEquals(status, 404, path);
      assertStringIncludes(body.error, "/samples, /prediction, /parameters, /metrics, /health");
    }
    for (
      const [method, path, allow] of [
        ["GET", "/samples", "POST"],
        ["OPTIONS", "/samples", "POST"],
        ["POST", "/prediction", "GET, HEAD"],
        ["DELETE", "/metrics", "GET, HEAD"],
      ] as const
    ) {
      const { status, headers, body } = await ask(url + path, { method });
      assertEquals([status, headers.get("allow")], [405, allow]);
      assertStringIncludes(body.error, `Cannot ${method} ${path}`);
    }
    const head = await ask(`${url}/health`, { method: "HEAD" });
    assertEquals([head.status, head.body], [200, ""]);
    for (
      const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
      ]
    ) {
      const headers = { "content-type": type };
      const told = await ask(`${url}/samples`, { method: "POST", headers, body: "[]" });
      assertEquals([told.status, told.headers.get("accept-post")], [415, "application/json"]);
      assertStringIncludes(told.body.error, type);
    }
    const headers = { "content-type": "Application/JSON; charset=UTF-8" };
    const body = JSON.stringify(minutes(0, 1));
    assertEquals((await ask(`${url}/samples`, { method: "POST", headers, body })).status, 202);
  }));

Deno.test("malformed bodies are 400, values that cannot be are 422 by their place", () =>
  served(async ({ url, service, errors }) => {
    const [sample] = minutes(1, 2);
    const invalid = new Uint8Array([0x22, 0xff, 0x22]);
    for (const body of ["", "{", "[1,]", '{"timestamp": NaN}', "[Infinity]", invalid]) {
      const headers = { "content-type": "application/json" };
      const told = await ask(`${url}/samples`, { method: "POST", headers, body });
      assertEquals(told.status, 400, told.body.error);
      assertStringIncludes(told.body.error, "JSON");
    }
    for (
      const [value, says] of [
        [[], "the array is empty"],
        [null, "[0] is not an object"],
        ["7", "[0] is not an object"],
        [{ ...sample, rtt_ms: -1 }, "[0].rtt_ms is -1, a finite number from 0 ms is needed"],
        [{ ...sample, packet_loss: 1.1 }, "[0].packet_loss is 1.1"],
        [{ ...sample, rtt_ms: "12" }, '[0].rtt_ms is "12"'],
        [{ ...sample, rtt_ms: null }, "[0].rtt_ms is null"], // what JSON.stringify makes of NaN
        [JSON.stringify(sample).replace("30", "1e999"), "[0].rtt_ms is Infinity"],
        [{ timestamp: 60 }, "[0].throughput_mbps is missing"],
        [[...minutes(0, 2), sample], "[2].timestamp is 60, it repeats the sample before"],
        [[...minutes(1, 2), ...minutes(0, 1)], "out of order"],
        [{ ...sample, timestamp: 1e9 }, "in the future"],
      ] as const
    ) {
      const { status, body } = await post(url, value);
      assertEquals(status, 422, JSON.stringify(value));
      assertStringIncludes(body.error, says);
      assertEquals(Object.keys(body), ["error"]);
    }
    // What would be dear to complain of in full: many faults, deep ones.
    for (const body of [`[${"{},".repeat(300_000)}{}]`, `{"timestamp":${nested(400_000)}}`]) {
      const told = await post(url, body);
      assertEquals([told.status, told.body.error.length < 400], [422, true]);
    }
    assertEquals([service.status().samples, errors], [0, []]);
    assertEquals((await post(url, sample)).status, 202);
    const again = await post(url, sample);
    assertEquals(again.status, 422);
    assertStringIncludes(again.body.error, "repeats the sample before");
  }));

Deno.test("a body beyond the limit is 413, whatever it says of its length", () =>
  served(async ({ url, port, service }) => {
    const text = JSON.stringify(minutes(0, 3));
    const long = await post(url, text.padEnd(5001));
    assertEquals(long.status, 413);
    assertStringIncludes(long.body.error, "more than 5000 bytes");
    const chunk = `3e8\r\n${" ".repeat(1000)}\r\n`;
    const told = await raw(
      port,
      "POST /samples HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(6)}`,
      true,
    );
    assertStringIncludes(told, "HTTP/1.1 413");
    assertEquals((await post(url, text.padEnd(5000))).status, 202);
    assertEquals(service.status().samples, 3);
  }, { bodyLimit: 5000 }));

Deno.test("clients that leave mid-body, or talk no HTTP, do no harm", () =>
  served(async ({ url, port, service, errors }) => {
    const head = "POST /samples HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    for (let i = 0; i < 50; i++) {
      await raw(port, `${head}Content-Length: 1000\r\n\r\n{"timestamp": 0,`, false);
      await raw(port, `${head}Transfer-Encoding: chunked\r\n\r\n10\r\n{"time`, false);
      await raw(port, `${head}Content-Le`, false);
    }
    assertStringIncludes(await raw(port, "no HTTP at all\r\n\r\n", true), "400");
    assertStringIncludes(
      await raw(port, `${head}Content-Length: 1\r\nConnection: close\r\n\r\n{`, true),
      "HTTP/1.1 400",
    );
    for (const line of ["GET * HTTP/1.1", "GET http://[/ HTTP/1.1", "GET //health HTTP/1.1"]) {
      assertMatch(await raw(port, `${line}\r\nHost: a\r\n\r\n`, true), /^HTTP\/1.1 4\d\d/);
    }
    for (const host of ["a b", "]", ":x", ""]) {
      const told = await raw(port, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`, true);
      assertMatch(told, /^HTTP\/1.1 (200|4\d\d)/, host);
    }
    assertEquals((await ask(`${url}/health`)).status, 200);
    assertEquals([service.status().samples, errors], [0, []]);
  }));

Deno.test("10,000 requests at once are all answered, each sample once", async () => {
  const total = 10_000;
  await served(async ({ url, service }) => {
    await post(url, minutes(0, 3));
    await service.forecast();
    const statuses = new Map<number, number>();
    const routes = ["/prediction", "/parameters", "/metrics", "/health"];
    // As many sockets at a time as a process may usually have open, both ends of each being here.
    const atOnce = 400;
    for (let sent = 0; sent < total; sent += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, async (_, i) => {
        // One in eight is the same sample: one of each batch can be taken.
        const { status } = i % 8 === 0
          ? await post(url, minutes(3 + sent / atOnce, 4 + sent / atOnce))
          : await ask(url + routes[i % 4]);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }));
    }
    assertEquals(Object.fromEntries(statuses), {
      200: total * 7 / 8,
      202: total / atOnce,
      422: total / 8 - total / atOnce,
    });
    assertEquals(service.status().samples, 3 + total / atOnce);
  }, { start: 60 * 100, parts: { horizonSeconds: 60 * 1000 } });
});

Deno.test("stopping answers what is in progress, frees the port, and waits for no one for ever", async () => {
  const send = async (port: number) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const body = JSON.stringify(minutes(0, 1));
    const head = `POST /samples HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head + body.slice(0, 10)));
    await new Promise((done) => setTimeout(done, 50)); // until the handler reads
    const finish = async () => {
      await connection.write(new TextEncoder().encode(body.slice(10)));
      return await new Response(connection.readable).text();
    };
    return { connection, finish };
  };
  await served(async ({ port, stop }) => {
    const { finish } = await send(port);
    const stopped = stop();
    assertStringIncludes(await finish(), "HTTP/1.1 202");
    await stopped;
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  });
  await served(async ({ port, stop }) => {
    const { connection } = await send(port);
    await stop();
    connection.close();
  }, { graceSeconds: 0.1 });
});
