type Tree = Record<string, unknown>;

function isBranch(value: unknown): value is Tree {
  // A compiled message is an object too: an AST node, recognised by its numeric type.
  if (typeof value !== "object" || value === null) return false;
  const { type, t } = value as { type?: unknown; t?: unknown };
  return typeof (type ?? t) !== "number";
}

/** One message tree out of many files; two files may share a branch (`errors`), never a message. */
export function mergeMessages(files: Record<string, Tree>): Tree {
  const whole: Tree = {};
  for (const [path, tree] of Object.entries(files)) graft(whole, tree, path);
  return whole;
}

function graft(target: Tree, source: Tree, path: string): void {
  for (const [key, value] of Object.entries(source)) {
    const present = target[key];
    if (present === undefined) target[key] = isBranch(value) ? structuredCopy(value) : value;
    else if (isBranch(present) && isBranch(value)) graft(present, value, path);
    else throw new Error(`${path} defines "${key}" a second time`);
  }
}

function structuredCopy(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, isBranch(value) ? structuredCopy(value) : value]),
  );
}
