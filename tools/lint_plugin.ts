/**
 * Lint rules of the house: results may not depend on ambient randomness, the clock or the order in
 * which a file system lists its entries.
 *
 * @module
 */

/** Folders whose code determines results. */
const guarded = /\/(lib|data|experiments)\/(?!.*_test\.ts$)/;

const clocks: Readonly<Record<string, readonly string[]>> = {
  Math: ["random"],
  Date: ["now"],
  performance: ["now", "timeOrigin", "mark", "measure"],
  crypto: ["getRandomValues", "randomUUID"],
};

/** A read of a directory is fine where the same expression sorts it. */
function isSorted(node: Deno.lint.Node): boolean {
  for (
    let at: Deno.lint.Node | undefined = node;
    at;
    at = "parent" in at ? at.parent as typeof node : undefined
  ) {
    if (at.type !== "CallExpression" || at.callee.type !== "MemberExpression") continue;
    const { property } = at.callee;
    if (property.type === "Identifier" && /^(sort|toSorted)$/.test(property.name)) return true;
  }
  return false;
}

const plugin: Deno.lint.Plugin = {
  name: "assay",
  rules: {
    ambient: {
      create(context) {
        if (!guarded.test(context.filename)) return {};
        return {
          MemberExpression({ object, property, range }) {
            if (object.type !== "Identifier" || property.type !== "Identifier") return;
            if (!clocks[object.name]?.includes(property.name)) return;
            context.report({
              range,
              message:
                `${object.name}.${property.name} makes a result depend on chance or the clock`,
              hint: "Take a Key (lib/random) or a time as a parameter.",
            });
          },
          NewExpression({ callee, arguments: args, range }) {
            if (callee.type !== "Identifier" || callee.name !== "Date" || args.length > 0) return;
            context.report({
              range,
              message: "new Date() reads the clock",
              hint: "Pass the time in.",
            });
          },
        };
      },
    },
    "unsorted-directory": {
      create(context) {
        if (!guarded.test(context.filename)) return {};
        return {
          CallExpression(node) {
            const { callee } = node;
            if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
            if (!/^(readDir|readDirSync|readdir|readdirSync)$/.test(callee.property.name)) return;
            if (isSorted(node)) return;
            context.report({
              node,
              message: "the order of a directory's entries differs between machines",
              hint: "Sort them in the same expression: [...Deno.readDirSync(path)].sort(...).",
            });
          },
        };
      },
    },
  },
};

export default plugin;
