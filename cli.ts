/**
 * What a command of an experiment's own needs, such as one that asks the model of a run: arguments, output, exit
 * status, and runs by what a person calls them. It is apart from `assay` so that the identity of a run does not
 * depend on how commands talk.
 *
 * @module
 */

export { type Arguments, type ArgumentSpec, parseArguments } from "./lib/cli/arguments.ts";
export { type Command, exitWith, runCommand } from "./lib/cli/run_command.ts";
export { exitStatus, invocationFolder, reportsFolder, type Streams } from "./lib/cli/streams.ts";
export { alignTable, short, wrapParagraph } from "./lib/cli/text.ts";
export { isAltered } from "./lib/run/checksums.ts";
export { findRun } from "./lib/run/index/find_run.ts";
export type { IndexedRun } from "./lib/run/index/run_index.ts";
export type { RunFacts } from "./lib/run/index/table.ts";
export type { Result } from "./lib/run/schema.ts";
