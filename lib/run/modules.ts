/**
 * The local modules an experiment reaches, with the digest of each: the code part of a run's identity.
 *
 * @module
 */

import { parse } from "@babel/parser";
import { dirname, fromFileUrl, relative, resolve, toFileUrl } from "@std/path";
import { sha256Hex } from "../numeric/digest.ts";

/** What an entry module reaches. */
export interface ModuleGraph {
  /** SHA-256 of each local module, by its path relative to the root, sorted. */
  readonly digests: Readonly<Record<string, string>>;
  /** The bare specifiers that local modules import, resolved to `npm:` where the import map has them, sorted. */
  readonly packages: readonly string[];
  /** Local imports of each module, by the same relative paths. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
}

/**
 * Follows the static and literal dynamic imports from `entry`. Type-only imports are followed too:
 * what they name documents the code that ran.
 *
 * @param entry Absolute path of the first module.
 * @param root Folder that paths are relative to; modules outside it keep `../`.
 * @param importMap The `imports` of the configuration file in `root`.
 * @param importsOf What a source, of the given digest, imports. Default: it is parsed.
 */
export function moduleGraph(
  entry: string,
  root: string,
  importMap: Readonly<Record<string, string>>,
  importsOf: (source: string, digest: string) => readonly string[] = specifiersOf,
): ModuleGraph {
  const digests = new Map<string, string>();
  const imports = new Map<string, string[]>();
  const packages = new Set<string>();
  const pending = [entry];
  for (let file; (file = pending.pop()) !== undefined;) {
    const name = relative(root, file);
    if (digests.has(name)) continue;
    const source = Deno.readTextFileSync(file);
    const digest = sha256Hex(source);
    digests.set(name, digest);
    const local: string[] = [];
    for (const specifier of file.endsWith(".json") ? [] : importsOf(source, digest)) {
      const mapped = Object.hasOwn(importMap, specifier) ? importMap[specifier]! : specifier;
      const target = localPath(mapped, specifier === mapped ? dirname(file) : root);
      if (target === null) packages.add(mapped);
      else {
        local.push(relative(root, target));
        pending.push(target);
      }
    }
    imports.set(name, local.sort());
  }
  return {
    digests: sorted(digests),
    packages: [...packages].sort(),
    imports: sorted(imports),
  };
}

/** The specifiers a module's source imports or re-exports, in order, duplicates once. */
export function specifiersOf(source: string): string[] {
  const file = parse(source, {
    sourceType: "module",
    plugins: ["typescript"],
    errorRecovery: true,
  });
  const found = new Set<string>();
  visit(file.program as unknown as Node, (node) => {
    const literal = node.source;
    if (!importing.has(node.type) || !isNode(literal)) return;
    if (literal.type === "StringLiteral") found.add(literal.value as string);
  });
  return [...found];
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const importing = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
]);

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function visit(node: Node, act: (node: Node) => void): void {
  act(node);
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) child.filter(isNode).forEach((each) => visit(each, act));
    else if (isNode(child)) visit(child, act);
  }
}

function localPath(specifier: string, from: string): string | null {
  if (specifier.startsWith("file:")) return fromFileUrl(specifier);
  if (!/^\.{0,2}\//.test(specifier)) return null;
  return fromFileUrl(new URL(specifier, `${toFileUrl(resolve(from)).href}/`));
}

function sorted<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
