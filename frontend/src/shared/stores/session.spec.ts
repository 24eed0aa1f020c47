import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as client from "@/api/client";
import { logInWithPassword, logOut } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { person } from "@/shared/testing/people";

import { draftKeyOf, useSessionStore } from "./session";

vi.mock("@/api/generated", { spy: true });

const signIn = { access_token: "token", expires_in: 600, user: person(), last_event_id: "7-1" };
const credentials = { username: "staff", password: "secret", remember_me: false };

beforeEach(() => {
  setActivePinia(createPinia());
  vi.mocked(logInWithPassword).mockResolvedValue({ data: signIn } as never);
});

describe("session", () => {
  it("does not ask the server at start when nobody has signed in here", async () => {
    const refresh = vi.spyOn(client, "refreshSession");
    await useSessionStore().restore();
    expect(refresh).not.toHaveBeenCalled();
  });

  it("keeps the token out of storage", async () => {
    await useSessionStore().signIn(credentials);
    expect(client.currentAccessToken()).toBe("token");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("token");
  });

  it("knows what the person may do", async () => {
    const session = useSessionStore();
    expect(session.can("customers:read")).toBe(false);
    await session.signIn(credentials);
    expect(session.can("customers:read")).toBe(true);
    expect(session.can("users:read")).toBe(false);
    // @ts-expect-error A misspelt permission does not compile.
    expect(session.can("users:raed")).toBe(false);
  });

  it("is over here and tells the rest of the app even when the server cannot be reached", async () => {
    const session = useSessionStore();
    const left = vi.fn();
    session.onLeave(left);
    await session.signIn(credentials);
    vi.mocked(logOut).mockRejectedValue(new ApiError("network", 0));
    await session.signOut();
    expect(session.isSignedIn).toBe(false);
    expect(client.currentAccessToken()).toBeNull();
    expect(left).toHaveBeenCalledTimes(1);
  });

  it("leaves no draft behind at sign-out, nor to the next person after a session that ran out", async () => {
    const session = useSessionStore();
    await session.signIn(credentials);
    const mine = draftKeyOf("u1", "customer.new");
    const theirs = draftKeyOf("u2", "customer.new");
    sessionStorage.setItem(mine, "mine");
    sessionStorage.setItem(theirs, "theirs");
    await session.signIn(credentials);
    expect({ ...sessionStorage }).toEqual({ [mine]: "mine" });
    localStorage.setItem("kehui.locale", '"en"');
    await session.signOut();
    expect({ ...sessionStorage }).toEqual({});
    expect(localStorage.getItem("kehui.locale")).toBe('"en"');
  });
});
