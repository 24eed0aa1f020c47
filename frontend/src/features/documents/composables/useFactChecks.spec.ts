import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { ref } from "vue";

import { checkFact, type ProtectedValues } from "@/api/generated";
import { aCustomer } from "@/features/customers/testing";
import { i18n } from "@/shared/i18n";
import { runInApp } from "@/shared/testing/run-in-app";

import type { FactCheck } from "../model";
import { sampleDocument } from "../testing/samples";
import { useFactChecks } from "./useFactChecks";

vi.mock("@/api/generated", { spy: true });

const customer = aCustomer({ id_number: "110***********002X", address: "上海市浦东新区" });
const revealed = ref<ProtectedValues | null>(null);
const card = sampleDocument({ id: "card", document_type: "id_card_front" });

const check = (fact: FactCheck["fact"], agrees: boolean): FactCheck => ({
  document_id: "card",
  fact,
  agrees,
  checked_by: { id: "u1", display_name: "王芳" },
  checked_at: "2026-11-21T01:00:00Z",
});

async function facts(...checks: FactCheck[]) {
  return (await runInApp(() => useFactChecks({ customer: () => customer, checks: () => checks, revealed }))).result;
}

beforeEach(() => {
  i18n.global.setLocaleMessage("zh-CN", { documents: { desk: { fact: { address: () => "地址" } } } });
  revealed.value = null;
  vi.mocked(checkFact).mockReset().mockResolvedValue({} as never);
});

it("shows what a card must agree with, masked until it is revealed", async () => {
  const { rowsOf } = await facts();
  expect(rowsOf(card).map(({ fact, value }) => [fact, value])).toEqual([
    ["name", "张伟"],
    ["id_number", "110***********002X"],
    ["sex", ""],
    ["birth_date", ""],
    ["address", "上海市浦东新区"],
  ]);
  revealed.value = { id_number: "11010519491231002X", bank_account: null };
  expect(rowsOf(card)[1]?.value).toBe("11010519491231002X");
});

it("asks of a type that nobody has named facts for whose it is", async () => {
  const { rowsOf } = await facts();
  expect(rowsOf(sampleDocument({ document_type: "vehicle_license" })).map(({ fact }) => fact)).toEqual(["name"]);
});

it("names what differs", async () => {
  const { differencesOf } = await facts(check("name", true), check("address", false));
  expect(differencesOf("card")).toEqual(["地址"]);
  expect(differencesOf("other")).toEqual([]);
});

it("keeps a tick, and takes it back when it is pressed again", async () => {
  const { judge } = await facts(check("name", true));
  judge("card", "address", false);
  judge("card", "name", true);
  await flushPromises();
  const sent = vi.mocked(checkFact).mock.calls.map(([{ path, body }]) => [path.fact, body.agrees]);
  expect(sent).toEqual([
    ["address", false],
    ["name", null],
  ]);
});

it("ticks the rest at once, but nothing that the record lacks or that differs", async () => {
  const { agreeToRest } = await facts(check("address", false));
  agreeToRest(card);
  await flushPromises();
  expect(vi.mocked(checkFact).mock.calls.map(([{ path }]) => path.fact)).toEqual(["name", "id_number"]);
});
