// The constants of the elementary functions in all lanes. They are mutable and exported, though nobody
// writes them, so that neither Binaryen nor V8 may fold them: V8 builds a folded one from integers at
// each use, where a global is one load (a fifth of the time of tanh).

import * as c from "../arithmetic/constants";

export let magic: v128 = f32x4.splat(<f32>c.MAGIC);
export let inverseLn2: v128 = f32x4.splat(<f32>c.INVERSE_LN2);
export let minusLn2High: v128 = f32x4.splat(<f32>-c.LN2_HIGH);
export let minusLn2Low: v128 = f32x4.splat(<f32>-c.LN2_LOW);
export let ln2High: v128 = f32x4.splat(<f32>c.LN2_HIGH);
export let ln2Low: v128 = f32x4.splat(<f32>c.LN2_LOW);

export let q0: v128 = f32x4.splat(<f32>c.Q0);
export let q1: v128 = f32x4.splat(<f32>c.Q1);
export let q2: v128 = f32x4.splat(<f32>c.Q2);
export let q3: v128 = f32x4.splat(<f32>c.Q3);
export let q4: v128 = f32x4.splat(<f32>c.Q4);

export let p0: v128 = f32x4.splat(<f32>c.P0);
export let p1: v128 = f32x4.splat(<f32>c.P1);
export let p2: v128 = f32x4.splat(<f32>c.P2);
export let p3: v128 = f32x4.splat(<f32>c.P3);
export let p4: v128 = f32x4.splat(<f32>c.P4);
export let p5: v128 = f32x4.splat(<f32>c.P5);
export let p6: v128 = f32x4.splat(<f32>c.P6);
export let p7: v128 = f32x4.splat(<f32>c.P7);

export let one: v128 = f32x4.splat(1);
export let two: v128 = f32x4.splat(2);
export let half: v128 = f32x4.splat(0.5);
export let minusHalf: v128 = f32x4.splat(-0.5);
export let infinity: v128 = f32x4.splat(Infinity);
export let minusInfinity: v128 = f32x4.splat(-Infinity);
export let nan: v128 = f32x4.splat(NaN);
export let signBit: v128 = f32x4.splat(-0.0);

export let expCeiling: v128 = f32x4.splat(<f32>c.EXP_CEILING);
export let expFloor: v128 = f32x4.splat(<f32>c.EXP_FLOOR);
export let sigmoidCeiling: v128 = f32x4.splat(<f32>c.SIGMOID_CEILING);
export let tanhCeiling: v128 = f32x4.splat(<f32>c.TANH_CEILING);
export let tanhSeam: v128 = f32x4.splat(<f32>c.TANH_SEAM);
export let sqrtHalf: v128 = i32x4.splat(c.SQRT_HALF_BITS);
export let leastNormal: v128 = f32x4.splat(<f32>c.LEAST_NORMAL);
export let leak: v128 = f32x4.splat(<f32>c.LEAK);

export let mixFirst: v128 = i32x4.splat(0x85ebca6b);
export let mixSecond: v128 = i32x4.splat(0xc2b2ae35);
