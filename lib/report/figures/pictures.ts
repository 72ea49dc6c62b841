/**
 * Pictures that something has seen, side by side; a film where a picture has several frames.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { greyPng, pngAddress } from "../png.ts";
import { $schema, type FigureText } from "./figure.ts";

/** Pictures of one size, each under a label. */
export interface Pictures {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly {
    /** Stands above it; another one for each. */
    readonly label: string;
    /** u8 grey `[height, width]` each; of more than one a film is made that plays three times. */
    readonly frames: readonly Uint8Array[];
  }[];
  /** Milliseconds that each frame of a film is shown. Default: 100. */
  readonly frameMs?: number;
  /** How many times larger they are shown than they are. Default: 2. */
  readonly scale?: number;
  /** In a row. Default: 4. */
  readonly columns?: number;
}

/**
 * A figure of pictures, every pixel a square.
 *
 * @throws {RangeError} When there is no picture, a label is there twice, or a picture has no frame or one of
 * another size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const figure = await picturesFigure({
 *   width: 2,
 *   height: 1,
 *   pictures: [{ label: "a", frames: [Uint8Array.of(0, 255)] }],
 * }, { title: "What was seen" });
 * assertEquals(figure.name, "pictures");
 * ```
 */
export async function picturesFigure(
  { width, height, pictures, frameMs = 100, scale = 2, columns = 4 }: Pictures,
  text: FigureText = {},
): Promise<Figure> {
  const labels = new Set(pictures.map(({ label }) => label));
  if (pictures.length === 0 || labels.size < pictures.length) {
    throw new RangeError(
      `Cannot show ${pictures.length} pictures under ${labels.size} labels: there must be one of each at least, ` +
        `and as many`,
    );
  }
  const values = await Promise.all(pictures.map(async ({ label, frames }) => ({
    label,
    picture: pngAddress(await greyPng({ width, height, frames, frameMs })),
  })));
  const [shownWidth, shownHeight] = [scale * width, scale * height];
  return {
    name: text.name ?? "pictures",
    title: text.title ?? "Pictures",
    caption: text.caption ?? "",
    spec: {
      $schema,
      data: { values },
      facet: { field: "label", type: "nominal", sort: [...labels], header: { title: null } },
      columns,
      spacing: 12,
      spec: {
        width: shownWidth,
        height: shownHeight,
        mark: {
          ...{
            type: "image",
            width: shownWidth,
            height: shownHeight,
            aspect: false,
            smooth: false,
          },
        },
        encoding: {
          x: { value: shownWidth / 2 },
          y: { value: shownHeight / 2 },
          url: { field: "picture", type: "nominal" },
          // Else the picture itself would be read out.
          description: { field: "label", type: "nominal" },
        },
      },
    },
  };
}
