// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
"use strict";

// Follows the server: what stands in the page is brought up to what it sends, and curves are drawn from the
// points it adds. `document.body.dataset.line` says how the connection is, `dataset.ready` that all charts of
// the moment have been drawn, `dataset.error` the first one that could not be.
(() => {
  /**
   * @typedef {{ from: number, points: [number, number][] }} Change
   * @typedef {{ curve: string, name: string, part: string, group: string, live: boolean }} Line
   * @typedef {{ id: string, spec: Record<string, unknown>, lines: Line[] }} Chart
   * @typedef {{ title: string, html: string, charts: Chart[], said: string[] }} Update
   * @typedef {{ spec: string, view: any, element: Element }} Drawn
   */
  /** Points of a chart at most that can each be pointed at; of more, the last of each line. */
  const MOST_POINTED = 2000;
  const { body } = document;
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  const said = /** @type {HTMLElement} */ (document.getElementById("said"));
  const lineText = /** @type {HTMLElement} */ (document.getElementById("line-text"));
  const pause = /** @type {HTMLButtonElement} */ (document.getElementById("pause"));

  /** @type {Map<string, [number, number][]>} */
  const curves = new Map();
  /** @type {Map<string, Drawn>} */
  const drawn = new Map();
  /** @type {Update | null} The newest update, when it has not been shown. */
  let next = null;
  /** @type {Chart[]} */
  let charts = [];
  /** @type {Set<string>} Curves that have changed since they were drawn. */
  const changed = new Set();
  let drawing = false;

  /** @param {"connecting" | "live" | "lost" | "ended"} state @param {string} text */
  function connection(state, text) {
    body.dataset.line = state;
    if (lineText.textContent !== text) lineText.textContent = text;
  }

  const source = new EventSource("events");
  source.addEventListener("open", () => connection("live", "Connected"));
  source.addEventListener(
    "error",
    () => connection("lost", "Connection lost; trying again. What you see may be old"),
  );
  source.addEventListener("end", () => {
    source.close();
    connection("ended", "The watch has ended. What you see is how it stood then");
  });
  source.addEventListener("begin", () => curves.clear());
  source.addEventListener("curves", ({ data }) => {
    for (
      const [curve, { from, points }] of Object.entries(
        /** @type {Record<string, Change>} */ (JSON.parse(data)),
      )
    ) {
      curves.set(curve, [...(curves.get(curve) ?? []).slice(0, from), ...points]);
      changed.add(curve);
    }
    show();
  });
  source.addEventListener("update", ({ data }) => {
    const update = /** @type {Update} */ (JSON.parse(data));
    next = { ...update, said: [...(next?.said ?? []), ...update.said] };
    show();
  });

  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", String(paused));
    if (paused) body.dataset.paused = "";
    else delete body.dataset.paused;
    show();
  });

  /** Brings the page up to the newest update, unless it is paused. */
  function show() {
    if (body.dataset.paused !== undefined) return;
    if (next !== null) {
      const { title, html, said: news } = next;
      charts = next.charts;
      next = null;
      if (document.title !== title) document.title = title;
      const wanted = document.createElement("template");
      wanted.innerHTML = html;
      morph(main, wanted.content);
      tellTimes();
      if (news.length > 0) said.textContent = news.join(" ");
    }
    draw();
  }

  /**
   * Makes the children of `old` those of `wanted`. Elements stay where they can, so that focus and selection
   * do; what stands in one with `data-keep`, and whether a part is folded, is not touched.
   *
   * @param {Element} old @param {Element | DocumentFragment} wanted
   */
  function morph(old, wanted) {
    const byId = new Map(
      [...old.children].filter(({ id }) => id !== "").map((child) => [child.id, child]),
    );
    let at = old.firstChild;
    for (const child of [...wanted.childNodes]) {
      const id = child instanceof Element ? child.id : "";
      const same = id !== "" ? byId.get(id) : matches(at, child) ? at : null;
      if (!same || !matches(same, child)) {
        old.insertBefore(child, at);
        continue;
      }
      if (same !== at) old.insertBefore(same, at);
      else at = at?.nextSibling ?? null;
      if (child instanceof Element) align(/** @type {Element} */ (same), child);
      else if (same.nodeValue !== child.nodeValue) same.nodeValue = child.nodeValue;
    }
    while (at !== null) {
      const gone = at;
      at = at.nextSibling;
      old.removeChild(gone);
    }
  }

  /** @param {Node | null} a @param {Node} b */
  function matches(a, b) {
    if (a === null || a.nodeName !== b.nodeName) return false;
    return !(a instanceof Element && b instanceof Element) || a.id === b.id;
  }

  /** @param {Element} old @param {Element} wanted */
  function align(old, wanted) {
    const folds = old instanceof HTMLDetailsElement;
    for (const { name } of [...old.attributes]) {
      if (!wanted.hasAttribute(name) && !(folds && name === "open")) old.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
      if (folds && name === "open") continue;
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (!old.hasAttribute("data-keep") && !old.hasAttribute("data-since")) morph(old, wanted);
  }

  /** Draws the charts whose curves or specification have changed, one after another. */
  async function draw() {
    if (drawing) return;
    drawing = true;
    try {
      for (;;) {
        const chart = charts.find(isStale);
        if (chart === undefined || body.dataset.paused !== undefined) break;
        await drawOne(chart);
      }
      for (const [id, { view }] of drawn) {
        if (charts.some((chart) => chart.id === id)) continue;
        view.finalize();
        drawn.delete(id);
      }
      if (!body.dataset.error) body.dataset.ready = "true";
    } finally {
      drawing = false;
    }
  }

  /** @param {Chart} chart */
  function placeOf({ id }) {
    return [...document.querySelectorAll("[data-chart]")].find((place) =>
      place instanceof HTMLElement && place.dataset.chart === id
    );
  }

  /** @param {Chart} chart */
  function isStale(chart) {
    const known = drawn.get(chart.id);
    return known === undefined || known.spec !== specOf(chart) ||
      known.element !== placeOf(chart) ||
      chart.lines.some(({ curve }) => changed.has(curve));
  }

  /** @param {Chart} chart */
  function specOf({ spec, lines }) {
    return JSON.stringify([spec, lines]);
  }

  /** @param {Chart} chart */
  async function drawOne(chart) {
    const spec = specOf(chart);
    const element = placeOf(chart);
    for (const { curve } of chart.lines) changed.delete(curve);
    const all = chart.lines.map((line) => ({ line, points: curves.get(line.curve) ?? [] }));
    const few = all.reduce((sum, { points }) => sum + points.length, 0) < MOST_POINTED;
    const rows = all.flatMap(({ line, points }) =>
      points.map(([step, value], i) => ({
        ...line,
        step,
        value,
        alone: points.length === 1,
        pointed: few || i === points.length - 1,
      }))
    );
    const known = drawn.get(chart.id);
    try {
      if (known !== undefined && known.spec === spec && known.element === element) {
        // @ts-ignore: of the bundle that stands before this script
        const change = vega.changeset().remove(() => true).insert(rows);
        await known.view.change("points", change).runAsync();
        return;
      }
      known?.view.finalize();
      const none = { finalize() {} };
      drawn.set(chart.id, { spec, view: none, element: /** @type {Element} */ (element) });
      if (element === undefined) return;
      // With its data from the start: Vega warns of scales without any.
      const filled = { ...chart.spec, data: { name: "points", values: rows } };
      // @ts-ignore: as above
      const { view } = await vegaEmbed(element, filled, {
        mode: "vega-lite",
        ast: true,
        renderer: "svg",
        actions: false,
      });
      drawn.set(chart.id, { spec, view, element });
    } catch (error) {
      body.dataset.error ??= String(error instanceof Error ? error.message : error);
      // deno-lint-ignore no-console -- of the browser
      console.error(error);
    }
  }

  /** Says of each moment how long ago it was. */
  function tellTimes() {
    for (const element of document.querySelectorAll("time[data-since]")) {
      const then = Date.parse(/** @type {HTMLElement} */ (element).dataset.since ?? "");
      // deno-lint-ignore assay/ambient -- of the browser
      const seconds = Math.max(0, Math.round((Date.now() - then) / 1000));
      const text = seconds < 5
        ? "just now"
        : seconds < 100
        ? `${seconds} s ago`
        : seconds < 5400
        ? `${Math.round(seconds / 60)} min ago`
        : seconds < 129600
        ? `${Math.round(seconds / 3600)} h ago`
        : `${Math.round(seconds / 86400)} days ago`;
      if (element.textContent !== text) element.textContent = text;
    }
  }
  setInterval(tellTimes, 5000);
})();
