import { expect, it } from "vitest";
import { ref } from "vue";

import type { Verdict } from "../model";
import { sampleDocument } from "../testing/samples";
import { useComparison } from "./useComparison";

const verdict = (id: string, document_type: string, page_count = 1): Verdict => ({
  document: sampleDocument({ id, document_type, page_count }),
  title: document_type,
  differences: [],
});
const verdicts = [
  verdict("old", "id_card_front"),
  verdict("new", "id_card_front"),
  verdict("back", "id_card_back"),
  verdict("statement", "bank_statement", 3),
];

function compared(documentId: string, page = 1) {
  const comparison = useComparison(verdicts, ref({ documentId, page }));
  comparison.toggle();
  return comparison;
}

it.each([
  ["new", 1, "old/1"],
  ["statement", 1, "statement/2"],
  ["statement", 3, "back/1"],
  ["back", 1, "statement/1"],
])("begins beside %s, page %i, with %s", (documentId, page, expected) => {
  expect(compared(documentId, page).chosen.value).toBe(expected);
});

it("takes another page, turns on within its document, and closes", () => {
  const comparison = compared("new");
  comparison.chosen.value = "statement/2";
  comparison.turnPage(1);
  comparison.turnPage(1);
  expect([comparison.document.value?.id, comparison.page.value]).toEqual(["statement", 3]);
  comparison.toggle();
  expect(comparison.document.value).toBeNull();
});

it("offers every page of every document", () => {
  expect(compared("new").choices.value.map(({ value }) => value)).toEqual([
    "old/1",
    "new/1",
    "back/1",
    "statement/1",
    "statement/2",
    "statement/3",
  ]);
});
