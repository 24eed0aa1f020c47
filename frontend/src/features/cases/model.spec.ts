import { expect, it } from "vitest";

import { offeredActions } from "./model";

it("offers the moves the server allows, in a fixed order, and nothing else", () => {
  expect(offeredActions(["return", "edit", "approve"])).toEqual(["approve", "return"]);
});
