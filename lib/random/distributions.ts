/**
 * Draws from distributions: pure functions of a key, how many, and parameters.
 *
 * Element `i` of a draw depends on the key, `i` and the parameters alone: a longer draw begins with
 * a shorter one. The bits are the same on every machine. A key is good for one draw; see `key.ts`.
 *
 * @module
 */

export { exponential, normal, uniform } from "./continuous.ts";
export { choice, integers } from "./discrete.ts";
export { poisson } from "./poisson.ts";
