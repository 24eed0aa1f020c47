import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import { ApiError, type Problem } from "@/api/problem";
import { provideNotifier } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";
import { person } from "@/shared/testing/people";
import { inSetup } from "@/shared/testing/setup-host";
import { createPinia } from "pinia";

import * as api from "../api";
import { aCustomer } from "../testing";
import { useCustomerForm } from "./useCustomerForm";

const show = vi.fn();
const ID = "01a1fd92-4afd-7042-927f-056551849d25";

function refusal(status: number, problem: Problem): ApiError {
  return new ApiError("problem", status, { status, ...problem });
}

async function open(id: string | null, options: { keepDraft?: boolean; user?: string } = {}) {
  const component = { render: () => null };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/customers/:customerId", name: "pc.customers.detail", component }, { path: "/", component }],
  });
  const queryClient = new QueryClient();
  const pinia = createPinia();
  useSessionStore(pinia).user = person({ id: options.user ?? "u1" });
  const { result, app } = inSetup(() => useCustomerForm(id, { ui: "pc", ...options }), {
    plugins: [router, pinia, { install: (target) => VueQueryPlugin.install?.(target, { queryClient }) }],
  });
  await flushPromises();
  return { form: result, app, router };
}

async function settle() {
  await vi.dynamicImportSettled();
  await flushPromises();
}

beforeEach(() => {
  show.mockReset();
  provideNotifier({ show, confirm: () => Promise.resolve(true) });
  vi.spyOn(api, "customerQuery").mockImplementation(
    (id) => ({ queryKey: ["customers", "detail", id], queryFn: () => Promise.resolve(stored) }) as never,
  );
});
let stored = aCustomer();

describe("a new customer", () => {
  it("is not sent before every field is right, and says what is wrong", async () => {
    const post = vi.spyOn(api, "postCustomer");
    const { form } = await open(null);
    form.set("phone", "123");
    await form.submit();
    await settle();
    expect(Object.keys(form.submitErrors.value).sort()).toEqual(["name", "phone"]);
    expect(post).not.toHaveBeenCalled();
  });

  it("takes sex and date of birth from the ID number and locks them", async () => {
    const { form } = await open(null);
    form.set("id_number", "11010519491231002X");
    await settle();
    expect(form.values).toMatchObject({ sex: "female", birth_date: "1949-12-31" });
    expect(form.isDerived("sex")).toBe(true);
    form.set("id_number", "");
    await settle();
    expect(form.isDerived("sex")).toBe(false);
  });

  it("repeats the same content under the same key and corrected content under another", async () => {
    const post = vi.spyOn(api, "postCustomer").mockRejectedValue(new ApiError("network", 0));
    const { form } = await open(null);
    form.set("name", "张伟");
    await form.submit();
    await form.submit();
    form.set("name", "张玮");
    await form.submit();
    const keys = post.mock.calls.map(([, key]) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("sends a double click once", async () => {
    const post = vi.spyOn(api, "postCustomer").mockResolvedValue(aCustomer());
    const { form } = await open(null);
    form.set("name", "张伟");
    await Promise.all([form.submit(), form.submit()]);
    expect(post).toHaveBeenCalledTimes(1);
  });

  it("puts a duplicate at its field and lets it stand until that field changes", async () => {
    vi.spyOn(api, "postCustomer").mockRejectedValue(
      refusal(409, { code: "customer.duplicate_id_number", existing_customer_no: "KH202611210002" }),
    );
    const { form } = await open(null);
    form.set("name", "张伟");
    form.set("id_number", "11010519491231002X");
    await settle();
    await form.submit();
    expect(form.errors.value).toHaveProperty("id_number");
    form.touch("phone");
    await settle();
    expect(form.errors.value).toHaveProperty("id_number");
    form.set("id_number", "");
    await settle();
    expect(form.errors.value).not.toHaveProperty("id_number");
  });

  it("shows the server's field errors at the fields", async () => {
    vi.spyOn(api, "postCustomer").mockRejectedValue(
      refusal(422, { code: "request.invalid", errors: [{ field: "body.area", code: "odd", message: "Odd." }] }),
    );
    const { form } = await open(null);
    form.set("name", "张伟");
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["area"]);
    expect(form.failure.value).toBe("");
  });

  it("keeps a draft for the person who typed it and for nobody else", async () => {
    vi.useFakeTimers();
    const { form } = await open(null, { keepDraft: true });
    form.set("name", "张伟");
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    expect((await open(null, { keepDraft: true, user: "u2" })).form.values.name).toBe("");
    expect((await open(null, { keepDraft: true })).form.values.name).toBe("张伟");
  });

  it("keeps a draft without secrets on a phone and drops it once saved", async () => {
    vi.useFakeTimers();
    vi.spyOn(api, "postCustomer").mockResolvedValue(aCustomer());
    const { form } = await open(null, { keepDraft: true });
    form.set("name", "张伟");
    form.set("bank_account", "622202100112345");
    await vi.advanceTimersByTimeAsync(500);
    const draft = sessionStorage.getItem("kehui.draft.u1.customer.new");
    expect(draft).toContain("张伟");
    expect(draft).not.toContain("622202100112345");
    vi.useRealTimers();
    await form.submit();
    expect(sessionStorage.getItem("kehui.draft.u1.customer.new")).toBeNull();
  });
});

describe("what can wait", () => {
  it("is folded for a new customer, and unfolds where something in it is wrong", async () => {
    const { form } = await open(null);
    expect(form.unfolded.value).toBe(false);
    form.set("name", "张伟");
    form.set("email", "not an address");
    form.set("phone", "123");
    await form.submit();
    await settle();
    expect(form.unfolded.value).toBe(true);
    expect(form.faults.value.map(({ field }) => field)).toEqual(["phone", "email"]);
  });

  it("names the customer who has the same ID number, until the number changes", async () => {
    const problem = { code: "customer.duplicate_id_number", existing_customer_no: "KH202611210008" } as Problem;
    vi.spyOn(api, "postCustomer").mockRejectedValue(refusal(409, problem));
    const { form } = await open(null);
    form.set("name", "张伟");
    form.set("id_number", "11010519491231002X");
    await form.submit();
    await settle();
    expect(form.duplicate.value).toEqual({ field: "id_number", customerNo: "KH202611210008" });
    form.set("id_number", "");
    await settle();
    expect(form.duplicate.value).toBeNull();
  });
});

describe("two people editing at once", () => {
  async function conflict() {
    stored = aCustomer({ version: 1, address: "旧地址" });
    const put = vi.spyOn(api, "putCustomer").mockRejectedValueOnce(refusal(412, { code: "request.stale" }));
    const { form, router } = await open(ID);
    form.set("address", "我的地址");
    form.set("remark", "我的备注");
    stored = aCustomer({ version: 2, address: "对方地址", email: "new@kehui.cn" });
    await form.submit();
    await settle();
    return { form, put, router };
  }

  it("shows the second one what differs, leaning to their own value only where both changed it", async () => {
    const { form } = await conflict();
    expect(form.conflict.value?.differences.map(({ field }) => field).sort()).toEqual(["address", "email"]);
    expect(form.conflict.value?.choices).toEqual({ address: "mine", email: "theirs" });
  });

  it("saves the chosen values on top of the other version", async () => {
    const { form, put, router } = await conflict();
    put.mockResolvedValueOnce(aCustomer({ version: 3 }));
    form.choose("address", "theirs");
    await form.resolveConflict();
    await settle();
    const [, body, version] = put.mock.calls.at(-1) ?? [];
    expect(body).toMatchObject({ address: "对方地址", email: "new@kehui.cn", remark: "我的备注" });
    expect(version).toBe(2);
    expect(router.currentRoute.value.params["customerId"]).toBe(ID);
  });

  it("goes back to the form with nothing lost when dropped", async () => {
    const { form } = await conflict();
    form.dropConflict();
    expect(form.conflict.value).toBeNull();
    expect(form.values).toMatchObject({ address: "我的地址", remark: "我的备注" });
  });
});
