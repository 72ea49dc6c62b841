/**
 * What a page is told as server-sent events: at first all there is, then what has changed.
 *
 * | event | data |
 * | --- | --- |
 * | `begin` | none: what was sent on an earlier connection counts no more |
 * | `curves` | by curve, the points from a place on, and how many stay before them |
 * | `update` | the title, what stands in the page, its charts, what has happened since |
 * | `end` | none: the server ends, and is not to be asked again |
 *
 * @module
 */

import { type Chart, type ChartLine, chartsOf, drawn, type DrawnChart } from "./charts.ts";
import type { Curve, CurveChange } from "./curve.ts";
import { type News, newsBetween, statesOf } from "./news.ts";
import { headline, renderView } from "./page.ts";
import type { View } from "./view.ts";

/** Bytes that may wait for a client that does not read; one with more is sent away, and may come back. */
const MOST_WAITING = 64 * 2 ** 20;

const encoder = new TextEncoder();

/** What stands in a page at a moment. */
interface Standing {
  readonly title: string;
  readonly html: string;
  readonly charts: readonly DrawnChart[];
}

/** Tells every page that listens. */
export class Feed {
  readonly #clients = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #standing: Standing | null = null;
  /** The curves that are drawn, by name. */
  #curves = new Map<string, Curve>();
  #states: News = new Map();
  #ended = false;
  #someone = Promise.withResolvers<void>();

  /** Fulfilled when a page listens, or the feed has ended. */
  async someone(): Promise<void> {
    if (this.#clients.size === 0 && !this.#ended) await this.#someone.promise;
  }

  /** What a page that begins to listen is sent. */
  listen(): ReadableStream<Uint8Array> {
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        if (this.#ended) return this.#bid(controller);
        this.#clients.add(controller);
        this.#someone.resolve();
        this.#tell(controller, message("begin", null) + this.#everything());
      },
      cancel: () => this.#leave(own),
    }, { highWaterMark: MOST_WAITING, size: (chunk) => chunk.byteLength });
  }

  /** Tells what there is to show now. */
  show(view: View): void {
    const charts = view.folders.flatMap((folder) => chartsOf(folder).charts);
    const changes = this.#changesOf(charts);
    const states = statesOf(view);
    const said = newsBetween(this.#states, states);
    this.#states = states;
    const runs = view.folders.flatMap(({ groups }) => groups.flatMap(({ runs }) => runs));
    const standing = {
      title: `${headline(runs)} · ${view.title} · Assay`,
      html: renderView(view).markup,
      charts: charts.map(drawn),
    };
    const same = JSON.stringify(standing) === JSON.stringify(this.#standing);
    this.#standing = standing;
    const text = (Object.keys(changes).length > 0 ? message("curves", changes) : "") +
      (same && said.length === 0 ? "" : message("update", { ...standing, said }));
    if (text !== "") { for (const client of [...this.#clients]) this.#tell(client, text); }
  }

  /** Bids all pages farewell. */
  end(): void {
    this.#ended = true;
    for (const client of this.#clients) this.#bid(client);
    this.#clients.clear();
    this.#someone.resolve();
  }

  #everything(): string {
    if (this.#standing === null) return "";
    const curves = Object.fromEntries(
      Array.from(this.#curves, ([name, { points }]) => [name, { from: 0, points }]),
    );
    return message("curves", curves) + message("update", { ...this.#standing, said: [] });
  }

  /** The new points of the curves that are drawn; all of one that was not drawn before. */
  #changesOf(charts: readonly Chart[]): Record<string, CurveChange> {
    const changes: Record<string, CurveChange> = {};
    const before = this.#curves;
    this.#curves = new Map(charts.flatMap(({ lines }) => lines.map(curveOf)));
    for (const [name, curve] of this.#curves) {
      const change = curve.takeChange();
      if (before.get(name) !== curve) changes[name] = { from: 0, points: curve.points };
      else if (change !== null) changes[name] = change;
    }
    return changes;
  }

  #tell(client: ReadableStreamDefaultController<Uint8Array>, text: string): void {
    if ((client.desiredSize ?? 0) <= 0) {
      this.#leave(client);
      client.close();
    } else client.enqueue(encoder.encode(text));
  }

  #bid(client: ReadableStreamDefaultController<Uint8Array>): void {
    client.enqueue(encoder.encode(message("end", null)));
    client.close();
  }

  #leave(client: ReadableStreamDefaultController<Uint8Array>): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0 && !this.#ended) this.#someone = Promise.withResolvers<void>();
  }
}

function curveOf({ curve, run, tag }: ChartLine): [string, Curve] {
  return [curve, run.curves.get(tag)!];
}

/** A server-sent event. JSON has no line breaks of its own. */
function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
