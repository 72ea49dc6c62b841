// How the threads of a job share its work, in the control block that lib/device/wasm/control.ts lays
// out (it names the same offsets). A job is a list of units, numbered through all its phases; each
// thread takes the next one, and before the first of a phase waits until those of the phases before
// are finished. So nobody waits for a thread that has not come: a sleeping worker or a busy core costs
// its share of the speed and nothing else.
//
//   let unit = firstUnit(team);
//   for (; unit < packs; unit = nextUnit(team)) pack(unit);
//   if (unit < all) awaitUnits(team, packs);
//   for (; unit < all; unit = nextUnit(team)) multiply(unit - packs);

const FAILED: usize = 8;
const THREADS: usize = 16;
const TAKEN: usize = 128;
const FINISHED: usize = 192;
const SLEEPERS: usize = 196;

/** Looks at the count before sleeping: about 20 µs. */
const SPINS: i32 = 20000;
/** Nanoseconds of one sleep, after which a thread looks whether another one has failed. */
const NAP: i64 = 1000000;

/** Threads that may come to run the job. */
// @ts-ignore: decorator
@inline
export function threadsOf(team: usize): i32 {
  return load<i32>(team, THREADS);
}

/** Takes a unit; beyond the last one there is nothing left to do. */
// @ts-ignore: decorator
@inline
export function firstUnit(team: usize): i32 {
  return atomic.add<i32>(team, 1, TAKEN);
}

/** Reports the unit in hand as finished and takes another. */
export function nextUnit(team: usize): i32 {
  atomic.add<i32>(team, 1, FINISHED);
  if (atomic.load<i32>(team, SLEEPERS)) atomic.notify(team + FINISHED, -1);
  return firstUnit(team);
}

/** Returns when `count` units are finished. Traps when a thread has failed. */
export function awaitUnits(team: usize, count: i32): void {
  for (let spins = 0; atomic.load<i32>(team, FINISHED) < count; spins++) {
    if (spins < SPINS) continue;
    if (atomic.load<i32>(team, FAILED)) unreachable();
    atomic.add<i32>(team, 1, SLEEPERS);
    const finished = atomic.load<i32>(team, FINISHED);
    if (finished < count) atomic.wait<i32>(team + FINISHED, finished, NAP);
    atomic.sub<i32>(team, 1, SLEEPERS);
  }
}
