/**
 * Elementary functions in double precision with the same bits on every machine and JavaScript
 * engine. ECMAScript leaves `Math.exp` and its kin to the engine; these use nothing but IEEE 754
 * `+ - * /`, comparison and the bits of a number, all of which are exact or correctly rounded.
 *
 * Errors are in units in the last place (ulp) of the exact value: bounds of what was found against
 * exact arithmetic on big integers at 60,000 points a range, kept by `elementary_test.ts` at fewer.
 *
 * | function | error below | domain |
 * | --- | --- | --- |
 * | `exp` | 0.65 ulp; 0.75 where the result is subnormal | all |
 * | `expm1` | 0.85 ulp | all |
 * | `log` | 0.8 ulp | all; NaN below 0 |
 * | `pow` | 0.65 ulp; 0.75 where the result is subnormal | all, special cases as `**` |
 * | `sin`, `cos` | 0.8 ulp | all finite; the argument is reduced exactly however large |
 * | `tanh` | 1.4 ulp | all |
 * | `atan` | 0.85 ulp | all |
 * | `atan2` | 1.5 ulp | all, special cases as `Math.atan2` |
 *
 * @module
 */

export { exp, expm1, log, tanh } from "./exponential.ts";
export { atan, atan2 } from "./inverse_tangent.ts";
export { cos, sin } from "./trigonometric.ts";
export { pow } from "./power.ts";
