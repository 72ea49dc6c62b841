/**
 * The numbers in `expf`, `tanhf`, `sigmoidf` and `logf`, read by the oracle, by AssemblyScript (whose
 * subset of TypeScript this file keeps to) and, as text, by WGSL.
 *
 * Every decimal is exactly an f32. Coefficients come from Remez exchange in 40 digits, then rounded to
 * f32: those of exp minimise the relative error of `1 + r + r² q(r)` for `|r| <= 0.34665` (3.1e-9, 0.03
 * ulp), those of log that of `f - f²/2 + f³ p(f)` for `1 + f` between `sqrt(1/2)` and `sqrt(2)` (5.9e-9).
 *
 * @module
 */

/** 1.5 · 2²³: after adding it, a float's low bits hold the sum rounded to an integer. */
export const MAGIC = 12582912.0;
/** The bits of {@linkcode MAGIC}. */
export const MAGIC_BITS = 0x4b400000;
/** The bits of 1. */
export const ONE_BITS = 0x3f800000;

/** 1 / ln 2. */
export const INVERSE_LN2 = 1.4426950216293335;
/** ln 2 to 15 bits: times an integer below 2⁹ it is exact. */
export const LN2_HIGH = 0.693145751953125;
/** ln 2 less {@linkcode LN2_HIGH}. */
export const LN2_LOW = 0.000001428606765330187;

/** `q(r) = Q0 + Q1 r + ...` of exp. */
export const Q0 = 0.4999999403953552;
/** See {@linkcode Q0}. */
export const Q1 = 0.1666652113199234;
/** See {@linkcode Q0}. */
export const Q2 = 0.04166838899254799;
/** See {@linkcode Q0}. */
export const Q3 = 0.008368725888431072;
/** See {@linkcode Q0}. */
export const Q4 = 0.001381458481773734;

/** `p(f) = P0 + P1 f + ...` of log. */
export const P0 = 0.33333316445350647;
/** See {@linkcode P0}. */
export const P1 = -0.25000810623168945;
/** See {@linkcode P0}. */
export const P2 = 0.2000228613615036;
/** See {@linkcode P0}. */
export const P3 = -0.16624554991722107;
/** See {@linkcode P0}. */
export const P4 = 0.14181193709373474;
/** See {@linkcode P0}. */
export const P5 = -0.13128747045993805;
/** See {@linkcode P0}. */
export const P6 = 0.12881632149219513;
/** See {@linkcode P0}. */
export const P7 = -0.0785960927605629;
/** The bits of `sqrt(1/2)`. */
export const SQRT_HALF_BITS = 0x3f3504f3;

/** From here on exp is infinite, its scaling having overflowed. */
export const EXP_CEILING = 89.0;
/** The least argument whose exponential is not subnormal: -126 ln 2 rounded up. */
export const EXP_FLOOR = -87.33654022216797;
/** From here on `1 + exp(-x)` is 1. */
export const SIGMOID_CEILING = 20.0;
/** From here on `tanh(x / 2)` is 1: the argument of exp in tanh. */
export const TANH_CEILING = 20.0;
/** Below this value of `exp(2|x|) - 1` the two forms of tanh have crossed in error: tanh 0.26. */
export const TANH_SEAM = 0.699999988079071;
/** The least positive normal f32, 2⁻¹²⁶. */
export const LEAST_NORMAL = 1.1754943508222875e-38;

/** Slope of the leaky rectifier below zero: 0.01. */
export const LEAK = 0.009999999776482582;
