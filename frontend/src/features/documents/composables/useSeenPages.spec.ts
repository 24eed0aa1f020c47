import { expect, it } from "vitest";
import { nextTick, ref } from "vue";

import { sampleDocument } from "../testing/samples";
import { useSeenPages } from "./useSeenPages";

it("counts the pages of the open document that were not on the screen, each document by itself", async () => {
  const statement = sampleDocument({ id: "statement", page_count: 3 });
  const document = ref(statement);
  const page = ref(1);
  const { unseen, isSeen } = useSeenPages(document, page);
  expect(unseen.value).toBe(2);

  page.value = 3;
  await nextTick();
  expect(unseen.value).toBe(1);
  expect([isSeen("statement", 2), isSeen("statement", 3)]).toEqual([false, true]);

  document.value = sampleDocument({ id: "card" });
  page.value = 1;
  await nextTick();
  expect(unseen.value).toBe(0);
  document.value = statement;
  await nextTick();
  expect(unseen.value).toBe(1);
});
