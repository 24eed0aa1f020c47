import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { changeOwnPassword, logInWithPassword, updateOwnAccount } from "@/api/generated";
import { ApiError, type FieldProblem } from "@/api/problem";
import { notify } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";
import { person } from "@/shared/testing/people";
import { runInApp } from "@/shared/testing/run-in-app";

import { safeRedirect, useLogin } from "./useLogin";
import { usePasswordForm } from "./usePasswordForm";
import { useProfileForm } from "./useProfileForm";

vi.mock("@/api/generated", { spy: true });

const user = person({ phone: "13800000000" });
const refusal = (code: string, errors: FieldProblem[] = []) => new ApiError("problem", 422, { code, errors });

beforeEach(() => {
  vi.spyOn(notify, "success").mockReturnValue();
  vi.mocked(changeOwnPassword).mockReset().mockResolvedValue({} as never);
  vi.mocked(updateOwnAccount).mockReset().mockResolvedValue({ data: user } as never);
});

describe("one's own password", () => {
  async function typed(new_password: string, repeated = new_password) {
    const { result } = await runInApp(usePasswordForm);
    Object.assign(result.values, { current_password: "old", new_password, repeated });
    await result.submit();
    return result;
  }

  it("is not sent while it is short or typed in two ways", async () => {
    expect(Object.keys((await typed("short")).errors.value)).toEqual(["new_password"]);
    expect(Object.keys((await typed("long-enough-1", "long-enough-2")).errors.value)).toEqual(["repeated"]);
    expect(changeOwnPassword).not.toHaveBeenCalled();
  });

  it("is sent with the present one and leaves nothing in the form", async () => {
    const form = await typed("long-enough-1");
    expect(vi.mocked(changeOwnPassword).mock.calls[0]?.[0].body).toEqual({
      current_password: "old",
      new_password: "long-enough-1",
    });
    expect(form.values).toEqual({ current_password: "", new_password: "", repeated: "" });
  });

  it.each([
    ["password.wrong", "current_password"],
    ["password.too_weak", "new_password"],
  ])("says %s at its field and nowhere else", async (code, field) => {
    vi.mocked(changeOwnPassword).mockRejectedValueOnce(refusal(code, [{ field, code, message: "No." }]));
    const form = await typed("long-enough-1");
    expect(Object.keys(form.errors.value)).toEqual([field]);
    expect(form.failure.value).toBe("");
    expect(form.values.new_password).toBe("long-enough-1");
  });
});

describe("one's own profile", () => {
  async function open() {
    return (
      await runInApp(() => {
        useSessionStore().user = user;
        return { form: useProfileForm(), session: useSessionStore() };
      })
    ).result;
  }

  it("starts from what is known of the person and is unsaved once something else is typed", async () => {
    const { form } = await open();
    expect(form.values).toEqual({ display_name: "王芳", phone: "13800000000", email: "" });
    form.values.email = "wang@kehui.cn";
    expect(form.dirty.value).toBe(true);
  });

  it("is known to the whole app once saved", async () => {
    vi.mocked(updateOwnAccount).mockResolvedValueOnce({ data: { ...user, display_name: "王芳芳", phone: null } } as never);
    const { form, session } = await open();
    Object.assign(form.values, { display_name: " 王芳芳 ", phone: " " });
    await form.submit();
    expect(vi.mocked(updateOwnAccount).mock.calls[0]?.[0].body).toEqual({ display_name: "王芳芳", phone: null, email: null });
    expect(session.user?.display_name).toBe("王芳芳");
    expect(form.dirty.value).toBe(false);
  });

  it("keeps what was typed when the line is cut", async () => {
    vi.mocked(updateOwnAccount).mockRejectedValueOnce(new ApiError("network", 0));
    const { form } = await open();
    form.values.display_name = "王芳芳";
    await form.submit();
    expect(form.failure.value).not.toBe("");
    expect(form.values.display_name).toBe("王芳芳");
    expect(form.dirty.value).toBe(true);
  });
});

describe("signing in", () => {
  async function open(path = "/m/login?redirect=/m/customers") {
    const { result, router } = await runInApp(() => useLogin("m"), path);
    Object.assign(result.values, { username: " staff ", password: "secret" });
    return { form: result, router };
  }

  it("leads to the page that was asked for", async () => {
    vi.mocked(logInWithPassword).mockResolvedValue({ data: { access_token: "t", expires_in: 600, user } } as never);
    const { form, router } = await open();
    await form.submit();
    await flushPromises();
    const body = { username: "staff", password: "secret", remember_me: false };
    expect(logInWithPassword).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ body }));
    expect(router.currentRoute.value.path).toBe("/m/customers");
  });

  it("asks for both before it asks the server", async () => {
    const { form } = await open();
    form.values.password = "";
    await form.submit();
    expect(form.failure.value).toBe("auth.login.fill_both");
  });

  it("takes back a wrong password but not the name, and says why", async () => {
    const { form } = await open();
    vi.spyOn(useSessionStore(), "signIn").mockRejectedValue(new ApiError("problem", 401, { code: "auth.invalid_credentials" }));
    await form.submit();
    expect(form.values).toMatchObject({ username: " staff ", password: "" });
    expect(form.failure.value).not.toBe("");
  });

  it("says what the server finds wrong with a field, though the page has one place for it", async () => {
    const { form } = await open();
    const errors = [{ field: "username", code: "string_too_long", message: "Long." }];
    vi.spyOn(useSessionStore(), "signIn").mockRejectedValue(refusal("request.invalid", errors));
    await form.submit();
    expect(form.failure.value).not.toBe("");
  });

  it.each([
    ["/m/customers?q=1", "/m/customers?q=1"],
    ["/pc/customers", "/m"],
    ["//evil.example", "/m"],
    ["https://evil.example/m", "/m"],
    ["/mobile", "/m"],
    [undefined, "/m"],
    [["/m/a", "/m/b"], "/m"],
  ])("returns to a page of this interface only: %s", (redirect, path) => {
    expect(safeRedirect(redirect, "m")).toBe(path);
  });
});
