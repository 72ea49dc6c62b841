/**
 * `report` rebuilds every page and the index; `publish` gathers them into a folder for a static host.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { rebuildPages } from "../report/collect.ts";
import { publishSite } from "../report/site.ts";
import { explaining } from "../dataset/explaining.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { exitStatus, invocationFolder, reportsFolder, type Streams } from "./streams.ts";

const reportUsage = `Usage: deno task report [--out DIR]
  Rebuilds every page under the reports folder (default reports/) and its index.html.`;
const publishUsage = `Usage: deno task publish [--out DIR]
  Builds a site of the reports folder (default reports/) in its site/: pages, search, JSON; for any static host.`;

/** Runs `report`. */
export async function reportCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parse("report", args, reportUsage);
  if (parsed.flag("help")) return help(streams, reportUsage);
  const reports = reportsFolder(parsed.value("out"));
  await explaining(`rebuild the pages under ${reports}`, () => rebuildPages(reports, streams.err));
  return done(streams, join(reports, "index.html"));
}

/** Runs `publish`. */
export async function publishCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parse("publish", args, publishUsage);
  if (parsed.flag("help")) return help(streams, publishUsage);
  const reports = reportsFolder(parsed.value("out"));
  const site = join(reports, "site");
  await explaining(`publish to ${site}`, () => publishSite(reports, site, streams.err));
  return done(streams, join(site, "index.html"));
}

function parse(command: string, args: string[], usage: string): Arguments {
  return parseArguments(command, args, {
    flags: ["debug", "help"],
    values: ["out"],
    lists: [],
    usage,
  });
}

function help(streams: Streams, usage: string): number {
  streams.out(usage);
  return exitStatus.ok;
}

function done(streams: Streams, page: string): number {
  const shown = relative(invocationFolder(), page);
  streams.out(shown.startsWith("..") ? page : shown);
  return exitStatus.ok;
}
