import { expect, it } from "vitest";

import { aCustomer } from "@/features/customers/testing";

import { documentsToSubmit, offeredActions } from "./model";

it("offers the moves the server allows, in a fixed order, and nothing else", () => {
  expect(offeredActions(["return", "edit", "approve"])).toEqual(["approve", "return"]);
});

it("counts what is still missing for submitting, for those who collect it, until it can be done", () => {
  const progress = { required: 5, uploaded: 3, accepted: 0, uploaded_pct: 60, accepted_pct: 0 };
  expect(documentsToSubmit(aCustomer({ can: ["edit", "upload"], progress }))).toBe(2);
  expect(documentsToSubmit(aCustomer({ can: ["upload", "submit"], progress }))).toBe(0);
  expect(documentsToSubmit(aCustomer({ can: ["edit"], progress }))).toBe(0);
  expect(documentsToSubmit(aCustomer({ can: ["upload"], status: "reviewing", progress }))).toBe(0);
});
