/**
 * Metrics as Prometheus reads them: text exposition format 0.0.4.
 *
 * @module
 */

/** Content type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A family of one series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** null: there is no value yet, and the family stands without a series. */
  readonly value: number | null;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Counts observations by upper bound.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const latency = new Histogram("latency_ms", "Milliseconds.", [1, 5]);
 * for (const milliseconds of [0.5, 1, 7]) latency.observe(milliseconds);
 * assertEquals(latency.text().split("\n").slice(2), [
 *   'latency_ms_bucket{le="1"} 2',
 *   'latency_ms_bucket{le="5"} 2',
 *   'latency_ms_bucket{le="+Inf"} 3',
 *   "latency_ms_sum 8.5",
 *   "latency_ms_count 3",
 * ]);
 * ```
 */
export class Histogram {
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds Upper bounds of the buckets, ascending. */
  constructor(
    readonly name: string,
    readonly help: string,
    readonly bounds: readonly number[],
  ) {
    this.#counts = bounds.map(() => 0);
  }

  /** Takes one observation. */
  observe(value: number): void {
    this.bounds.forEach((bound, i) => {
      if (value <= bound) this.#counts[i]!++;
    });
    this.#sum += value;
    this.#count++;
  }

  /** The family as text, without a final line end. */
  text(): string {
    return [
      head(this.name, this.help, "histogram"),
      ...this.bounds.map((bound, i) => `${this.name}_bucket{le="${bound}"} ${this.#counts[i]}`),
      `${this.name}_bucket{le="+Inf"} ${this.#count}`,
      `${this.name}_sum ${this.#sum}`,
      `${this.name}_count ${this.#count}`,
    ].join("\n");
  }
}

/**
 * A counter or gauge as text, without a final line end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = familyText({
 *   name: "model", help: "Which.", type: "gauge", value: 1, labels: { version: 'a"b' },
 * });
 * assertEquals(text, '# HELP model Which.\n# TYPE model gauge\nmodel{version="a\\"b"} 1');
 * ```
 */
export function familyText({ name, help, type, value, labels = {} }: Family): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  const series = pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
  return head(name, help, type) + (value === null ? "" : `\n${series} ${value}`);
}

function head(name: string, help: string, type: string): string {
  const text = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${text}\n# TYPE ${name} ${type}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
