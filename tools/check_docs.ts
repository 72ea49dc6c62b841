/**
 * Checks the documentation of the public surface: reads `deno doc --json mod.ts cli.ts` from stdin and fails
 * when one of our exported symbols has no description, a function or class no example, or a type it
 * mentions is not exported.
 *
 * @module
 */

interface Declaration {
  readonly location: { readonly filename: string; readonly line: number };
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly { readonly kind: string }[] };
  readonly def?: unknown;
}

interface Symbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/** What is wrong with a symbol's documentation, a sentence each. */
export function complaints(symbols: readonly Symbol[]): string[] {
  const exported = new Set(symbols.map(({ name }) => name));
  const found: string[] = [];
  for (const { name, declarations } of symbols) {
    for (const { location, kind, jsDoc, def } of declarations) {
      if (!/\/lib\//.test(location.filename) || kind === "namespace") continue;
      const at = `${location.filename.replace(/^.*?\/lib\//, "lib/")}:${location.line}: ${name}`;
      if (!jsDoc?.doc) found.push(`${at} has no description`);
      const needsExample = kind === "function" || kind === "class";
      if (needsExample && !jsDoc?.tags?.some((tag) => tag.kind === "example")) {
        found.push(`${at} has no @example`);
      }
      for (const type of mentioned(def)) {
        if (!exported.has(type)) found.push(`${at} mentions ${type}, which is not exported`);
      }
    }
  }
  return [...new Set(found)].sort();
}

/** Names of the project's own types that a definition refers to. */
function* mentioned(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const { typeName, resolution } = value as {
    typeName?: string;
    resolution?: { kind: string; specifier?: string };
  };
  const own = resolution?.kind === "local" || resolution?.specifier?.startsWith(".");
  if (typeName !== undefined && own && !typeName.includes(".")) yield typeName;
  for (const child of Object.values(value)) yield* mentioned(child);
}

if (import.meta.main) {
  const { nodes } = await new Response(Deno.stdin.readable).json();
  const modules = Object.values(nodes) as { symbols: Symbol[] }[];
  const found = complaints(modules.flatMap(({ symbols }) => symbols));
  // deno-lint-ignore no-console -- what the check has to say
  for (const complaint of found) console.error(complaint);
  Deno.exit(found.length === 0 ? 0 : 1);
}
