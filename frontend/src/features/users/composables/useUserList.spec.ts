import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { disableUser, enableUser, listRoles, listUsers } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { provideNotifier } from "@/shared/notify";
import { person } from "@/shared/testing/people";
import { runInApp } from "@/shared/testing/run-in-app";

import { useUserList } from "./useUserList";

vi.mock("@/api/generated", { spy: true });

const show = vi.fn();
const confirm = vi.fn();
const page = { items: [person()], page: 1, limit: 20, total: 1, total_is_estimate: false };

async function open(path = "/") {
  const { result } = await runInApp(useUserList, path);
  await flushPromises();
  return result;
}

beforeEach(() => {
  show.mockReset();
  confirm.mockReset();
  provideNotifier({ show, confirm });
  vi.mocked(listUsers).mockReset().mockResolvedValue({ data: page } as never);
  vi.mocked(listRoles).mockResolvedValue({ data: { items: [{ code: "staff", name: "Clerk" }] } } as never);
  vi.mocked(disableUser).mockReset().mockResolvedValue({ data: person({ is_active: false }) } as never);
  vi.mocked(enableUser).mockReset().mockResolvedValue({ data: person() } as never);
});

describe("useUserList", () => {
  it("asks for the accounts that the address narrows to", async () => {
    const list = await open("/?role=staff&is_active=false&q=wang");
    const query = { q: "wang", role: ["staff"], is_active: "false", sort: ["username"], page: 1, limit: 20 };
    expect(vi.mocked(listUsers).mock.calls[0]?.[0]?.query).toEqual(query);
    expect(list.rows.value.map(({ username }) => username)).toEqual(["staff"]);
    expect(list.roles.value).toHaveLength(1);
  });

  it("asks before it disables an account, and not before it enables one", async () => {
    const list = await open();
    confirm.mockResolvedValueOnce(false);
    await list.setActive(person(), false);
    expect(disableUser).not.toHaveBeenCalled();
    confirm.mockResolvedValueOnce(true);
    await list.setActive(person(), false);
    expect(disableUser).toHaveBeenCalledTimes(1);
    await list.setActive(person({ is_active: false }), true);
    expect(enableUser).toHaveBeenCalledTimes(1);
    expect(confirm).toHaveBeenCalledTimes(2);
  });

  it("fetches the list anew afterwards, also when it was refused, and says why", async () => {
    vi.mocked(disableUser).mockRejectedValueOnce(new ApiError("problem", 409, { code: "user.last_administrator" }));
    const list = await open();
    confirm.mockResolvedValueOnce(true);
    await list.setActive(person(), false);
    await vi.waitFor(() => expect(listUsers).toHaveBeenCalledTimes(2));
    expect(show).toHaveBeenCalledWith("error", expect.any(String));
  });
});
