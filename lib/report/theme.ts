/**
 * The look of figures: one colour-blind safe palette with a light and a dark form, and the Vega-Lite
 * configuration that both the static and the live rendering use.
 *
 * Colours stand in SVG attributes in their light form; the page's style sheet maps each of them to its
 * dark form, so that one rendering serves both.
 *
 * @module
 */

/** A colour as it stands in an SVG, and what the page shows in the dark. */
export interface Tone {
  readonly light: string;
  readonly dark: string;
}

/**
 * The colours of figures. The series colours follow Okabe and Ito's set (distinct under the common
 * colour-vision deficiencies), darkened until each has a contrast of at least 4.5 to the paper.
 */
export const tones = {
  ink: { light: "#2b2a27", dark: "#dcd9d2" },
  faint: { light: "#6b6862", dark: "#a8a49b" },
  grid: { light: "#e4e0d8", dark: "#303238" },
  paper: { light: "#fefdfb", dark: "#16171a" },
  blue: { light: "#0b66a8", dark: "#63b0ee" },
  vermilion: { light: "#bf4a08", dark: "#ff9a5c" },
  green: { light: "#0a7557", dark: "#4cc79d" },
  purple: { light: "#8a479b", dark: "#d59be3" },
  ochre: { light: "#8a6400", dark: "#e0b84d" },
  gray: { light: "#666460", dark: "#b0aca4" },
} as const satisfies Record<string, Tone>;

/** The series colours in the order in which figures take them, light form. */
export const palette: readonly string[] = [
  tones.blue.light,
  tones.vermilion.light,
  tones.green.light,
  tones.purple.light,
  tones.ochre.light,
  tones.gray.light,
];

/** Six steps of shade, from near the paper to the strongest that text still stands out on. */
export const shades: readonly Tone[] = [
  { light: "#f2f6fa", dark: "#1c2127" },
  { light: "#dce9f4", dark: "#1f2c38" },
  { light: "#c5dbee", dark: "#22384b" },
  { light: "#abcce7", dark: "#25455f" },
  { light: "#90bce0", dark: "#285273" },
  { light: "#74abd8", dark: "#2a5f87" },
];

/** The family whose advances the static rendering measures; see font_metrics.ts. */
export const figureFont = "DejaVu Sans, sans-serif";

/** Vega-Lite configuration of every figure. */
export const figureConfig: Readonly<Record<string, unknown>> = {
  background: "transparent",
  font: figureFont,
  padding: 4,
  view: { stroke: null, continuousWidth: 320, continuousHeight: 220 },
  axis: {
    domainColor: tones.faint.light,
    tickColor: tones.faint.light,
    gridColor: tones.grid.light,
    labelColor: tones.faint.light,
    titleColor: tones.ink.light,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelPadding: 4,
    tickSize: 4,
    labelLimit: 400,
    titleLimit: 600,
  },
  axisX: { grid: false },
  axisY: {
    domain: false,
    ticks: false,
    titleAnchor: "end",
    titleAngle: 0,
    titleAlign: "left",
    titleY: -12,
    titleX: 0,
  },
  header: {
    labelColor: tones.ink.light,
    labelFontSize: 12,
    labelFontWeight: "bold",
    labelAnchor: "start",
    labelPadding: 8,
    labelLimit: 600,
    titleColor: tones.ink.light,
    titleLimit: 600,
  },
  legend: {
    orient: "top",
    direction: "horizontal",
    title: null,
    labelColor: tones.ink.light,
    labelFontSize: 12,
    labelLimit: 600,
    symbolSize: 90,
    symbolStrokeWidth: 2,
    padding: 0,
    offset: 12,
    columnPadding: 18,
  },
  title: {
    anchor: "start",
    color: tones.ink.light,
    subtitleColor: tones.faint.light,
    fontSize: 12,
    fontWeight: "bold",
    subtitleFontSize: 11,
    subtitlePadding: 4,
    offset: 10,
    limit: 900,
  },
  range: { category: palette },
  mark: { color: tones.blue.light },
  line: { strokeWidth: 2 },
  rule: { color: tones.ink.light },
  // One label for each of a thousand points would drown the figure's own description.
  point: { aria: false },
  concat: { spacing: 28 },
  facet: { spacing: 28 },
};

/** `spec` with the common configuration under its own. Neither is changed. */
export function themed(spec: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = spec.config as Record<string, unknown> | undefined;
  return { ...spec, config: own ? merge(figureConfig, own) : figureConfig };
}

function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isPlain(below) && isPlain(value) ? merge(below, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
