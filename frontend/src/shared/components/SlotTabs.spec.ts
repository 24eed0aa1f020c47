import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import type { Permission } from "@/api/generated";

import { fillSlots, useSlotPieces } from "../feature-slots";
import { i18n } from "../i18n";
import { useSessionStore } from "../stores/session";
import { person } from "../testing/people";
import SlotTabs from "./SlotTabs.vue";

/** A tab as a dynamic import gives it. */
function part(title: string) {
  const component = defineComponent({ props: { who: { type: String, required: true } }, setup: (props) => () => h("p", `${title} ${props.who}`) });
  return vi.fn(() => Promise.resolve({ default: component, [Symbol.toStringTag]: "Module" }));
}
const documents = part("资料");
const history = part("记录");
const finance = part("财务");

beforeEach(() => {
  for (const load of [documents, history, finance]) load.mockClear();
  fillSlots([
    { slots: { "customer.tabs": { pc: [{ name: "history", order: 90, label: "tabs.history", load: history }] } } },
    {
      slots: {
        "customer.tabs": {
          pc: [
            { name: "documents", order: 10, label: "tabs.documents", load: documents },
            { name: "finance", order: 20, label: "tabs.finance", permissions: ["users:read"], load: finance },
          ],
        },
      },
    },
  ]);
});

async function open(path: string, permissions: Permission[] = []) {
  const page = {
    setup() {
      const pieces = useSlotPieces("pc", "customer.tabs");
      return () => h(SlotTabs, { pieces: pieces.value, label: "客户", context: { who: "张三" } });
    },
  };
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:path(.*)*", component: page }] });
  const pinia = createPinia();
  useSessionStore(pinia).user = person({ permissions });
  await router.push(path);
  const wrapper = mount(page, { global: { plugins: [router, pinia, i18n] } });
  await flushPromises();
  return { wrapper, router };
}

const names = (wrapper: Awaited<ReturnType<typeof open>>["wrapper"]) => wrapper.findAll('[role="tab"]').map((tab) => tab.attributes("id"));

it("orders the tabs of all features by their number and shows only those the person may see", async () => {
  expect(names((await open("/")).wrapper)).toEqual(["tab-documents", "tab-history"]);
  expect(names((await open("/", ["users:read"])).wrapper)).toEqual(["tab-documents", "tab-finance", "tab-history"]);
});

it("loads a tab when it is first opened and keeps it afterwards", async () => {
  const { wrapper } = await open("/");
  expect(documents).toHaveBeenCalledTimes(1);
  expect(history).not.toHaveBeenCalled();
  expect(wrapper.text()).toContain("资料 张三");
  await wrapper.get("#tab-history").trigger("click");
  await flushPromises();
  expect(history).toHaveBeenCalledTimes(1);
  expect(wrapper.get("#panel-history").text()).toBe("记录 张三");
  expect(wrapper.get("#panel-documents").text()).toBe("资料 张三");
});

it("keeps the open tab in the address, beside what else stands there", async () => {
  const { wrapper, router } = await open("/?q=1");
  await wrapper.get("#tab-history").trigger("click");
  await flushPromises();
  expect(router.currentRoute.value.fullPath).toBe("/?q=1&tab=history");
  const again = await open("/?tab=history");
  expect(again.wrapper.get('[aria-selected="true"]').attributes("id")).toBe("tab-history");
  const unknown = await open("/?tab=finance");
  expect(unknown.wrapper.get('[aria-selected="true"]').attributes("id")).toBe("tab-documents");
});

it("moves between the tabs by the arrow keys", async () => {
  const { wrapper } = await open("/");
  await wrapper.get("#tab-documents").trigger("keydown", { key: "ArrowLeft" });
  await flushPromises();
  expect(wrapper.get('[aria-selected="true"]').attributes("id")).toBe("tab-history");
  await wrapper.get("#tab-history").trigger("keydown", { key: "Home" });
  await flushPromises();
  expect(wrapper.get('[aria-selected="true"]').attributes("id")).toBe("tab-documents");
});

it("refuses two pieces of one name, of which one would be lost", () => {
  const piece = { name: "documents", order: 1, load: documents };
  const manifest = { slots: { "customer.tabs": { pc: [piece] } } };
  expect(() => fillSlots([manifest, manifest])).toThrow("two pieces named documents");
});
