import { beforeEach, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";

import { inSetup } from "@/shared/testing/setup-host";

import * as api from "../api";
import { useCaseReveal } from "./useCaseReveal";

const values = { id_number: "11010519491231002X", bank_account: null };
const customerId = ref("c1");

beforeEach(() => {
  customerId.value = "c1";
  vi.spyOn(api, "revealForCase").mockReset().mockResolvedValue(values);
});

it("asks once for everything, with a purpose that is chosen already", async () => {
  const { result: reveal } = inSetup(() => useCaseReveal(customerId));
  reveal.ask();
  await reveal.submit();
  expect(api.revealForCase).toHaveBeenCalledExactlyOnceWith("c1", { purpose: "check_documents", note: null });
  expect(reveal.revealed.value).toEqual(values);
  expect(reveal.asking.value).toBe(false);
});

it("wants words for another purpose", async () => {
  const { result: reveal } = inSetup(() => useCaseReveal(customerId));
  reveal.ask();
  reveal.values.purpose = "other";
  await reveal.submit();
  expect(api.revealForCase).not.toHaveBeenCalled();
  expect(Object.keys(reveal.errors.value)).toEqual(["note"]);
});

it("forgets what it showed when another case is opened, and when the case is left", async () => {
  const { result: reveal, app } = inSetup(() => useCaseReveal(customerId));
  reveal.ask();
  await reveal.submit();
  customerId.value = "c2";
  await nextTick();
  expect(reveal.revealed.value).toBeNull();

  reveal.ask();
  await reveal.submit();
  app.unmount();
  expect(reveal.revealed.value).toBeNull();
});

it("shows nothing to whoever has closed the question meanwhile", async () => {
  const { result: reveal } = inSetup(() => useCaseReveal(customerId));
  reveal.ask();
  const answer = reveal.submit();
  reveal.asking.value = false;
  await answer;
  expect(reveal.revealed.value).toBeNull();
});
