import { expect, it } from "vitest";

import { uiNames, uiOf, uis } from "./ui";

it("tells the interface by the whole first part of an address", () => {
  expect(uiOf("/pc")).toBe("pc");
  expect(uiOf("/pc/customers/1")).toBe("pc");
  expect(uiOf("/m/me")).toBe("m");
  expect(uiOf("/money")).toBeNull();
  expect(uiOf("/portal/orders")).toBeNull();
});

it("gives each interface a prefix, a folder and a kit of its own", () => {
  for (const column of ["prefix", "folder", "shell", "login", "home"] as const) {
    expect(new Set(uiNames.map((ui) => uis[ui][column])).size).toBe(uiNames.length);
  }
  const packages = uiNames.flatMap((ui) => uis[ui].kit);
  expect(new Set(packages).size).toBe(packages.length);
});
