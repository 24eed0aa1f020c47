import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";

import { ApiError, type Problem } from "@/api/problem";

import { inSetup } from "../testing/setup-host";
import { useForm, type FormOptions, type Sentences } from "./useForm";

interface Person {
  name: string;
  phone: string;
  roles: string[];
}
const blank = (): Person => ({ name: "", phone: "", roles: [] });
const refusal = (status: number, problem: Problem) => new ApiError("problem", status, problem);
const fault = (field: string) => ({ field, code: "odd", message: "Odd." });

function open(options: Partial<FormOptions<Person, string>> = {}) {
  const send = vi.fn<FormOptions<Person, string>["send"]>().mockResolvedValue("answer");
  const onDone = vi.fn();
  const form = inSetup(() =>
    useForm<Person, string>({
      blank,
      check: ({ name }): Sentences => (name.trim() ? {} : { name: "needed" }),
      send,
      onDone,
      ...options,
    }),
  ).result;
  return { form, send, onDone };
}

describe("sending", () => {
  it("sends what is right and hands on the answer", async () => {
    const { form, send, onDone } = open();
    form.values.name = "王芳";
    await form.submit();
    expect(send.mock.calls[0]?.[0]).toEqual({ name: "王芳", phone: "", roles: [] });
    expect(onDone).toHaveBeenCalledExactlyOnceWith("answer");
  });

  it("sends nothing while something is wrong", async () => {
    const { form, send } = open();
    await form.submit();
    expect(form.errors.value).toEqual({ name: "needed" });
    expect(form.submitErrors.value).toEqual({ name: "needed" });
    expect(send).not.toHaveBeenCalled();
  });

  it("takes a double click for one", async () => {
    const { form, send } = open();
    form.values.name = "王芳";
    await Promise.all([form.submit(), form.submit()]);
    expect(send).toHaveBeenCalledTimes(1);
    expect(form.pending.value).toBe(false);
  });

  it("keeps the key while the body is the same, and takes another for another body or another form", async () => {
    const keys: string[] = [];
    const { form } = open({
      send: ({ name }, keyOf) => {
        keys.push(keyOf({ name: name.trim() }));
        return Promise.reject(new ApiError("network", 0));
      },
    });
    for (const name of ["王芳", "王芳 ", "王方"]) {
      form.values.name = name;
      await form.submit();
    }
    form.reset({ ...blank(), name: "王方" });
    await form.submit();
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
  });
});

describe("what went wrong", () => {
  it.each([
    { errors: [fault("name")], fields: ["name"], banner: false },
    { errors: [fault("roles.0")], fields: ["roles"], banner: false },
    { errors: [fault("name"), fault("If-Match")], fields: ["name"], banner: true },
    { errors: [fault("If-Match")], fields: [], banner: true },
    { errors: [], fields: [], banner: true },
  ])("stands at its field, or else in the banner: $errors", async ({ errors, fields, banner }) => {
    const { form } = open({ send: () => Promise.reject(refusal(422, { code: "request.invalid", errors })) });
    form.values.name = "王芳";
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(fields);
    expect(form.failure.value !== "").toBe(banner);
    expect(form.values.name).toBe("王芳");
  });

  it("stands in the banner when it concerns the form as a whole", async () => {
    const { form } = open({ check: () => ({ "": "Fill in one of both." }) });
    await form.submit();
    expect(form.failure.value).toBe("Fill in one of both.");
    expect(form.errors.value).toEqual({});
  });

  it("stands at the field its code is about", async () => {
    const { form } = open({
      fieldOf: { "person.taken": "name" },
      send: () => Promise.reject(refusal(409, { code: "person.taken", detail: "Taken." })),
    });
    form.values.name = "王芳";
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["name"]);
    expect(form.failure.value).toBe("");
  });

  it("is left to whoever deals with it", async () => {
    const onRefused = vi.fn(({ code }: ApiError) => code === "person.gone");
    const send = vi.fn().mockRejectedValueOnce(refusal(409, { code: "person.gone" }));
    const { form } = open({ onRefused, send });
    form.values.name = "王芳";
    await form.submit();
    expect(form.failure.value).toBe("");
    send.mockRejectedValueOnce(refusal(409, { code: "person.other", detail: "Other." }));
    await form.submit();
    expect(form.failure.value).not.toBe("");
  });

  it("is said even when it is no answer of the server, or comes while another is dealt with", async () => {
    const send = vi.fn().mockRejectedValueOnce(new TypeError("x"));
    const { form } = open({ send, onStale: () => Promise.reject(new ApiError("network", 0)) });
    form.values.name = "王芳";
    await form.submit();
    expect(form.failure.value).toBe("errors.client.unexpected");
    send.mockRejectedValueOnce(refusal(412, { code: "request.stale" }));
    await form.submit();
    expect(form.failure.value).not.toBe("");
    expect(form.pending.value).toBe(false);
  });
});

describe("while typing", () => {
  it("checks a field once it has been left, and then with each change", async () => {
    const { form } = open();
    form.values.phone = "1";
    await flushPromises();
    expect(form.errors.value).toEqual({});
    form.touch("name");
    await flushPromises();
    expect(form.errors.value).toEqual({ name: "needed" });
    form.values.name = "王芳";
    await flushPromises();
    expect(form.errors.value).toEqual({});
    expect(form.submitErrors.value).toEqual({});
  });

  it("lets stand what the server refused until that field changes", async () => {
    const errors = [fault("phone"), fault("roles")];
    const { form } = open({ send: () => Promise.reject(refusal(422, { code: "request.invalid", errors })) });
    Object.assign(form.values, { name: "王芳", phone: "1", roles: ["a"] });
    await form.submit();
    form.values.name = "王方";
    await flushPromises();
    expect(Object.keys(form.errors.value)).toEqual(["phone", "roles"]);
    form.values.roles = ["b"];
    await flushPromises();
    expect(Object.keys(form.errors.value)).toEqual(["phone"]);
  });

  it("knows whether something was typed", async () => {
    const { form } = open();
    expect(form.dirty.value).toBe(false);
    form.values.roles.push("a");
    expect(form.dirty.value).toBe(true);
    form.reset();
    expect(form.dirty.value).toBe(false);
    expect(form.values.roles).toEqual([]);
  });

  it("forgets with a new beginning what was wrong before", async () => {
    const { form } = open();
    await form.submit();
    form.reset({ name: "", phone: "2", roles: [] });
    form.values.phone = "3";
    await flushPromises();
    expect(form.errors.value).toEqual({});
  });
});

describe("when somebody else has saved meanwhile", () => {
  function stale(newest: Person) {
    const send = vi.fn().mockRejectedValueOnce(refusal(412, { code: "request.stale" })).mockResolvedValue("answer");
    const { form, onDone } = open({ send, onStale: () => form.rebase(newest, (field) => `<${field}>`) });
    form.reset({ name: "王芳", phone: "1", roles: ["a"] });
    return { form, send, onDone };
  }

  it("keeps what was typed and takes over the rest", async () => {
    const { form, onDone } = stale({ name: "王芳", phone: "2", roles: ["b"] });
    form.values.name = "王方";
    await form.submit();
    expect(form.values).toEqual({ name: "王方", phone: "2", roles: ["b"] });
    expect(form.failure.value).toBe("form.stale");
    expect(form.dirty.value).toBe(true);
    await form.submit();
    expect(onDone).toHaveBeenCalledTimes(1);
  });

  it("names what both have changed", async () => {
    const { form } = stale({ name: "王二", phone: "1", roles: ["a"] });
    form.values.name = "王方";
    await form.submit();
    expect(form.values.name).toBe("王方");
    expect(form.failure.value).toBe("form.stale_contested");
  });
});
