import { beforeEach, describe, expect, it, vi } from "vitest";

import { createUser, readUser, resetUserPassword, updateUser } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { notify } from "@/shared/notify";
import { person } from "@/shared/testing/people";
import { runInApp } from "@/shared/testing/run-in-app";

import { useUserForm } from "./useUserForm";

vi.mock("@/api/generated", { spy: true });

const user = person({ username: "li.na", display_name: "李娜", phone: "13800000000", version: 3 });
const refusal = (status: number, code: string) => new ApiError("problem", status, { code });

async function setUp() {
  const saved = vi.fn();
  const { result } = await runInApp(() => useUserForm(saved));
  return { form: result, saved };
}

function fill(form: Awaited<ReturnType<typeof setUp>>["form"]) {
  Object.assign(form.values, { username: " zhao ", display_name: " 赵敏 ", password: "long-enough-1", roles: ["auditor"] });
}

beforeEach(() => {
  vi.spyOn(notify, "success").mockReturnValue();
  for (const call of [createUser, updateUser, resetUserPassword]) vi.mocked(call).mockReset().mockResolvedValue({} as never);
});

describe("useUserForm", () => {
  it("names what a new account lacks and sends nothing", async () => {
    const { form } = await setUp();
    form.open("create");
    form.values.phone = "1";
    await form.submit();
    expect(Object.keys(form.errors.value).sort()).toEqual(["display_name", "password", "phone", "roles", "username"]);
    expect(createUser).not.toHaveBeenCalled();
  });

  it("creates an account without the blanks around what was typed", async () => {
    const { form, saved } = await setUp();
    form.open("create");
    fill(form);
    await form.submit();
    expect(vi.mocked(createUser).mock.calls[0]?.[0].body).toEqual({
      username: "zhao",
      display_name: "赵敏",
      password: "long-enough-1",
      phone: null,
      email: null,
      roles: ["auditor"],
    });
    expect(form.mode.value).toBeNull();
    expect(saved).toHaveBeenCalledTimes(1);
  });

  it("points at a username that is taken and keeps everything typed", async () => {
    vi.mocked(createUser).mockRejectedValueOnce(refusal(409, "user.duplicate_username"));
    const { form, saved } = await setUp();
    form.open("create");
    fill(form);
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["username"]);
    expect(form.failure.value).toBe("");
    expect(form.values).toMatchObject({ display_name: " 赵敏 ", password: "long-enough-1" });
    expect(saved).not.toHaveBeenCalled();
  });

  it("says in the banner what is about no field", async () => {
    vi.mocked(updateUser).mockRejectedValueOnce(refusal(409, "user.last_administrator"));
    const { form } = await setUp();
    form.open("edit", user);
    await form.submit();
    expect(form.failure.value).not.toBe("");
    expect(form.errors.value).toEqual({});
  });

  it("changes an account against the version that was shown", async () => {
    const { form } = await setUp();
    form.open("edit", user);
    form.values.phone = "";
    await form.submit();
    const sent = vi.mocked(updateUser).mock.calls[0]?.[0];
    expect(sent).toMatchObject({ path: { user_id: "u1" }, headers: { "If-Match": '"3"' } });
    expect(sent?.body).toEqual({ display_name: "李娜", phone: null, email: null, roles: ["staff"] });
  });

  it("goes on from what somebody else has saved meanwhile", async () => {
    vi.mocked(updateUser).mockRejectedValueOnce(refusal(412, "request.stale"));
    vi.mocked(readUser).mockResolvedValueOnce({ data: { ...user, roles: ["staff", "auditor"], version: 4 } } as never);
    const { form } = await setUp();
    form.open("edit", user);
    form.values.display_name = "李娜（二部）";
    await form.submit();
    expect(form.values).toMatchObject({ display_name: "李娜（二部）", roles: ["staff", "auditor"] });
    await form.submit();
    expect(vi.mocked(updateUser).mock.calls[1]?.[0].headers).toEqual({ "If-Match": '"4"' });
  });

  it("gives a new password, and only that", async () => {
    const { form } = await setUp();
    form.open("password", user);
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["new_password"]);
    form.values.new_password = "another-long-1";
    await form.submit();
    expect(vi.mocked(resetUserPassword).mock.calls[0]?.[0]).toMatchObject({
      path: { user_id: "u1" },
      body: { new_password: "another-long-1" },
    });
  });

  it("shows nothing of the account that was open before", async () => {
    const { form } = await setUp();
    form.open("edit", user);
    form.values.display_name = "";
    await form.submit();
    form.close();
    form.open("create");
    expect(form.values).toMatchObject({ username: "", display_name: "", roles: [] });
    expect(form.errors.value).toEqual({});
  });
});
