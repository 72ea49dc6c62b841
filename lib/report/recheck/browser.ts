/**
 * What of ours runs in a page: bundled by `deno task build:page` into `bundle.ts`, as the global `assay`.
 *
 * @module
 */

import { plainSha256Hex } from "../../numeric/sha256.ts";
import { recheck } from "./recheck.ts";

Object.assign(globalThis, { assay: { recheck, plainSha256Hex } });
