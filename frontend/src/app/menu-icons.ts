import type { Component } from "vue";

const files = import.meta.glob<Component>("../features/*/pc/*Icon.ts", { eager: true, import: "default" });

/** The icons of every feature in one file: each is smaller than what it takes to ask for it. */
export const menuIcons: Record<string, Component> = Object.fromEntries(
  Object.entries(files).map(([path, icon]) => [path.replace(/.*\/(\w+)\.ts$/, "$1"), icon]),
);
