/**
 * Test support: a process that is listened to while it runs.
 *
 * @module
 */

import { assert } from "@std/assert";

/** What a process says on stderr, as it says it. */
export class Listener {
  #text = "";
  readonly ended: Promise<void>;

  constructor(readonly child: Deno.ChildProcess) {
    this.ended = (async () => {
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        this.#text += part;
      }
    })();
  }

  get text(): string {
    return this.#text;
  }

  /** Waits until it says `part`. */
  async hears(part: string): Promise<void> {
    let over = false;
    this.ended.then(() => over = true);
    while (!this.#text.includes(part)) {
      assert(!over, `the process ended without "${part}": ${this.#text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Waits for its end. */
  async status(): Promise<number> {
    const { code } = await this.child.status;
    await this.ended;
    return code;
  }
}
