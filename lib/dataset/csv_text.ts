/**
 * The text of a CSV file on its way to the parser, and the line each record starts on.
 *
 * `@std/csv` skips blank lines and joins quoted ones without saying so; messages should still name
 * the line that an editor shows.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/** Longest line accepted, in UTF-16 units: text without line ends would grow in memory unseen. */
const LONGEST_LINE = 1 << 20;

/** Keeps count of lines: of text that goes to the parser, and of records that come back. */
export class LineCount {
  #line = 1;
  #length = 0;
  #last = "";
  #quotes = false;
  /** Lines without content that the parser may skip, and how many of them were looked at. */
  #blank: number[] = [];
  #seen = 0;
  #recordEnd = 0;

  /** @param source File name, for messages. */
  constructor(readonly source: string) {}

  /** Takes note of text before the parser gets it. */
  scan(text: string): void {
    this.#quotes ||= text.includes('"');
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#extend(text, from, end);
      if (this.#length === 0 || (this.#length === 1 && this.#last === "\r")) {
        this.#blank.push(this.#line);
      }
      this.#line++;
      this.#length = 0;
      from = end + 1;
    }
    this.#extend(text, from, text.length);
  }

  /** The line on which the record after the last one starts; the first line is 1. */
  next(): number {
    let line = this.#recordEnd + 1;
    for (; this.#seen < this.#blank.length && this.#blank[this.#seen]! <= line; this.#seen++) {
      if (this.#blank[this.#seen] === line) line++;
    }
    if (this.#seen > 1024) {
      this.#blank.splice(0, this.#seen);
      this.#seen = 0;
    }
    return line;
  }

  /** Takes note of a record that started on `line`. */
  record(line: number, cells: readonly string[]): void {
    this.#recordEnd = line;
    if (!this.#quotes) return;
    for (const cell of cells) {
      for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) this.#recordEnd++;
    }
  }

  #extend(text: string, from: number, to: number): void {
    if (to === from) return;
    this.#length += to - from;
    this.#last = text[to - 1]!;
    if (this.#length > LONGEST_LINE) {
      throw new InputError(
        `Cannot read ${this.source}: line ${this.#line} is longer than ${LONGEST_LINE} characters. A ` +
          `CSV file has one record a line; check that this is one.`,
      );
    }
  }
}

/**
 * Sends bytes as text to the parser, at the parser's pace, until the source ends or fails.
 *
 * A failure does not travel through the parser, which would drop the records it still holds: the
 * text just ends, after the last whole line, and {@linkcode fault} says why.
 */
export class CsvFeed {
  /** What ended the text early, if anything did. */
  fault: InputError | null = null;
  readonly #bytes: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  #stopped = false;
  #release = () => {};

  constructor(bytes: ReadableStream<Uint8Array>, lines: LineCount, parser: WritableStream<string>) {
    this.#bytes = bytes.getReader();
    this.#done = this.#feed(lines, parser.getWriter());
  }

  /** Cancels the source, and returns when nothing of the feed is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#release();
    // A source that failed cannot be cancelled; its failure is in `fault`.
    await this.#bytes.cancel().catch(() => {});
    await this.#done;
  }

  async #feed(lines: LineCount, writer: WritableStreamDefaultWriter<string>): Promise<void> {
    try {
      for await (const text of this.#texts(lines)) {
        if (this.#stopped) return;
        // A write ends when the parser has room again, which is never once nobody reads from it.
        await new Promise<unknown>((resolve) => {
          this.#release = () => resolve(null);
          writer.write(text).then(resolve, resolve);
        });
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.fault = error;
    }
    writer.close().catch(() => {});
  }

  /** UTF-8 without its byte-order mark; every text but the last ends a line. */
  async *#texts(lines: LineCount): AsyncGenerator<string> {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let rest = "";
    for (let done = false; !done;) {
      const part = await this.#bytes.read().catch((error) => {
        throw new InputError(`Cannot read ${lines.source}: ${(error as Error).message}.`, {
          cause: error,
        });
      });
      done = part.done;
      let text: string;
      try {
        text = decoder.decode(part.value, { stream: !done });
      } catch (error) {
        throw new InputError(
          `Cannot read ${lines.source}: it is not UTF-8 text. Save it as CSV in UTF-8.`,
          { cause: error },
        );
      }
      lines.scan(text);
      const whole = text.lastIndexOf("\n") + 1;
      if (whole > 0) yield rest + text.slice(0, whole);
      rest = whole > 0 ? text.slice(whole) : rest + text;
    }
    if (rest !== "") yield rest;
  }
}
