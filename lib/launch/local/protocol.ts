/**
 * What a process with runs and the one that started it say to each other: a line of JSON each. What a
 * process says begins with a record separator, as in RFC 7464, so that it is told from what an
 * experiment prints.
 *
 * @module
 */

import type { StopSignal } from "../../run/interruption.ts";
import type { Ending, Telling } from "../message.ts";
import type { Order } from "../order.ts";

/** What a process is told; the end of its input says that there is nothing more to do. */
export type Instruction =
  | { readonly kind: "run"; readonly order: Order }
  /** End after a checkpoint, as a signal would have it. */
  | { readonly kind: "stop"; readonly signal: StopSignal };

/** What a process says: of itself first, then of the run it was told to make. */
export type Message = { readonly kind: "ready"; readonly program: string } | Telling | Ending;

const SEPARATOR = "\x1e";

/** A message as it is written. */
export function messageLine(message: Message): string {
  return `${SEPARATOR}${JSON.stringify(message)}\n`;
}

/**
 * What a line holds: what was printed, and the message behind it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const note = { kind: "note", text: "two\nlines" } as const;
 * const [line] = messageLine(note).split("\n");
 * assertEquals(readLine(`printed ${line}`), { printed: "printed ", message: note });
 * assertEquals(readLine("printed"), { printed: "printed", message: null });
 * ```
 */
export function readLine(line: string): { printed: string; message: Message | null } {
  const at = line.indexOf(SEPARATOR);
  if (at < 0) return { printed: line, message: null };
  try {
    return { printed: line.slice(0, at), message: JSON.parse(line.slice(at + 1)) };
  } catch {
    // Torn by something printed, or by the end of the process.
    return { printed: line.replaceAll(SEPARATOR, ""), message: null };
  }
}

/** The lines of a stream of bytes; the last one also without its end. */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
