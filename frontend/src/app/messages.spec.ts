import { describe, expect, it } from "vitest";

type Tree = { [key: string]: string | Tree };

const files = import.meta.glob<string>(["../features/*/locales/*.json", "../shared/locales/*.json"], {
  eager: true,
  query: "?raw",
  import: "default",
});
const sources = import.meta.glob<string>(["../features/**/*.{ts,vue}", "!../**/*.spec.ts"], {
  eager: true,
  query: "?raw",
  import: "default",
});

function parse(path: string): Tree {
  return JSON.parse(files[path] ?? "{}") as Tree;
}

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const entries = Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
  );
  return new Map(entries);
}

function placeholders(message: string): string[] {
  return [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
}

function isForeign(message: string): boolean {
  return !/[\u4e00-\u9fff]/.test(message) && /[A-Za-z]{4}/.test(message.replace(/\{\w+\}/g, ""));
}

const chinese = Object.keys(files).filter((path) => path.endsWith("zh-CN.json"));

describe.each(chinese)("%s", (path) => {
  const zh = flatten(parse(path));
  const en = flatten(parse(path.replace("zh-CN", "en")));

  it("has the same messages in English", () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it("fills in the same values", () => {
    const differing = [...zh].filter(([key, message]) => placeholders(message).join() !== placeholders(en.get(key) ?? "").join());
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it("is written in Chinese", () => {
    const exempt = /locale_name\.en$/;
    const foreign = [...zh].filter(([key, message]) => isForeign(message) && !exempt.test(key));
    expect(foreign).toEqual([]);
  });
});

describe("each message", () => {
  const homes = chinese.flatMap((path) => {
    const isShell = path.includes("/shared/") || path.endsWith("/shell.zh-CN.json");
    const owner = isShell ? "shell" : (path.split("/")[2] ?? "");
    return [...flatten(parse(path)).keys()].map((key) => [key, owner] as const);
  });

  it("has one home", () => {
    const keys = homes.map(([key]) => key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("stands in the shell's part when it names a tab, a menu entry or a permission", () => {
    const known = new Set(homes.filter(([, owner]) => owner === "shell").map(([key]) => key));
    const named = Object.entries(sources)
      .filter(([path]) => path.endsWith("/manifest.ts"))
      .flatMap(([, source]) => [
        ...[...source.matchAll(/label: "([^"]+)"/g)].map(([, key]) => key ?? ""),
        ...[...source.matchAll(/"([a-z_]+):([a-z_]+)"/g)].map(([, area, action]) => `permissions.${area}.${action}`),
      ]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });

  it("is loaded with the features that show it", () => {
    const namespaces = new Map(homes.map(([key, owner]) => [key.split(".")[0] ?? "", owner]));
    const missing: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      const feature = path.split("/")[2] ?? "";
      const manifest = sources[`../features/${feature}/manifest.ts`] ?? "";
      const others = [...(/messages: \[(.*)\]/.exec(manifest)?.[1] ?? "").matchAll(/"([\w-]+)"/g)].map(([, name]) => name);
      const loaded = new Set(["shell", feature, ...others]);
      for (const [, namespace] of source.matchAll(/\b(?:t|te|translate)\(\s*["'`]([a-z_]+)\./g)) {
        const owner = namespaces.get(namespace ?? "");
        if (owner && !["errors", "field_errors"].includes(namespace ?? "") && !loaded.has(owner)) {
          missing.push(`${path}: ${namespace}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });
});
