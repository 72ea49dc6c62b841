/**
 * Elementary functions in double precision with the same bits on every machine and JavaScript
 * engine. ECMAScript leaves `Math.exp` and its kin to the engine; these use nothing but IEEE 754
 * `+ - * /`, comparison and the bits of a number, all of which are exact or correctly rounded.
 *
 * Errors are the largest found by `elementary_test.ts` against exact arithmetic on big integers,
 * in units in the last place (ulp) of the exact value; subnormal results included.
 *
 * | function | error below | domain |
 * | --- | --- | --- |
 * | `exp` | 1 ulp | all |
 * | `expm1` | 1 ulp | all |
 * | `log` | 1 ulp | all; NaN below 0 |
 * | `pow` | 0.75 ulp | all, as ECMAScript's `**` |
 * | `sin`, `cos` | 1 ulp | all finite; the argument is reduced exactly however large |
 * | `tanh` | 2 ulp | all |
 *
 * @module
 */

export { exp, expm1, log, tanh } from "./exponential.ts";
export { cos, sin } from "./trigonometric.ts";
export { pow } from "./power.ts";
