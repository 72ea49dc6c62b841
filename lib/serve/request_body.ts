/**
 * The JSON body of a request, read no further than allowed.
 *
 * @module
 */

/** A request that cannot be served, with the status that says so. */
export class RequestRefused extends Error {
  /** How the error is introduced when it is printed. */
  override readonly name = "RequestRefused";

  /** @param headers Sent with the answer. */
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** For whole bodies: one that goes on from part to part holds native memory until V8 collects it, minutes later. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a JSON body.
 *
 * @param limit Bytes; they are counted as they come, whatever the request says of its length.
 * @throws {RequestRefused} 415 for another content type, 413 beyond the limit, 400 when it is no JSON in
 * UTF-8 or the client leaves before its end.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const headers = { "content-type": "application/json" };
 * const request = () => new Request("http://localhost/", { method: "POST", headers, body: "[1, 2]" });
 * assertEquals(await readJsonBody(request(), 100), [1, 2]);
 * await assertRejects(() => readJsonBody(request(), 5), RequestRefused, "more than 5 bytes");
 * ```
 */
export async function readJsonBody(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^\s*application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new RequestRefused(
      415,
      `Cannot read a body of content type "${type}": samples are JSON in UTF-8. Send the header ` +
        `Content-Type: application/json.`,
      { "accept-post": "application/json" },
    );
  }
  const text = await readText(request, limit);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestRefused(
      400,
      `Cannot read the body as JSON: ${
        (error as Error).message
      }. Send one sample as an object, or an ` +
        `array of them; JSON has no NaN and no Infinity.`,
    );
  }
}

async function readText(request: Request, limit: number): Promise<string> {
  if (Number(request.headers.get("content-length")) > limit) throw tooLarge(limit);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const bytes of request.body ?? []) {
      size += bytes.length;
      if (size > limit) throw tooLarge(limit);
      parts.push(bytes);
    }
    const body = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      body.set(part, at);
      at += part.length;
    }
    return decoder.decode(body);
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
    throw new RequestRefused(
      400,
      `Cannot read the body: ${(error as Error).message}. It has to be whole, and JSON in UTF-8.`,
    );
  }
}

function tooLarge(limit: number): RequestRefused {
  return new RequestRefused(
    413,
    `Cannot read a body of more than ${limit} bytes. Send the samples in several requests, in time order.`,
    // The rest of the body is not read, so the connection is of no further use.
    { connection: "close" },
  );
}
