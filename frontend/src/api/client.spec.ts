import axios, { AxiosError, AxiosHeaders, type AxiosAdapter, type InternalAxiosRequestConfig } from "axios";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { person } from "@/shared/testing/people";

import { http, listenToSession, refreshSession, useSignIn } from "./client";
import { ApiError } from "./problem";

interface Answer {
  status: number;
  data?: unknown;
  type?: string;
}

const requests: InternalAxiosRequestConfig[] = [];
let answers: (config: InternalAxiosRequestConfig) => Answer | null;

const adapter: AxiosAdapter = (config) => {
  requests.push(config);
  const answer = answers(config);
  if (!answer) return Promise.reject(new AxiosError("Network Error", "ERR_NETWORK", config));
  const response = {
    status: answer.status,
    statusText: "",
    data: answer.data ?? {},
    headers: new AxiosHeaders({ "content-type": answer.type ?? "application/json" }),
    config,
  };
  if (answer.status < 400) return Promise.resolve(response);
  return Promise.reject(new AxiosError("refused", "ERR", config, null, response));
};

const expired: Answer = { status: 401, data: { code: "auth.unauthenticated" } };
const ended = vi.fn();
const urls = () => requests.map((request) => request.url);

function token(config: InternalAxiosRequestConfig) {
  return String(config.headers.get("Authorization"));
}

beforeEach(() => {
  requests.length = 0;
  ended.mockReset();
  http.defaults.adapter = adapter;
  axios.defaults.adapter = adapter;
  listenToSession({ refreshed: () => undefined, ended });
  useSignIn({ access_token: "old", expires_in: 600, user: person(), last_event_id: "7-1" });
});
afterEach(() => {
  useSignIn(null);
});

describe("expired tokens", () => {
  it("are refreshed once for many requests, which are then repeated", async () => {
    answers = (config) => {
      if (config.url?.endsWith("/refresh")) return { status: 200, data: { access_token: "new", expires_in: 600, user: person(), last_event_id: "7-1" } };
      return token(config) === "Bearer new" ? { status: 200, data: "ok" } : expired;
    };
    const results = await Promise.all(["/a", "/b", "/c"].map((url) => http.get<string>(url)));
    expect(results.map((result) => result.data)).toEqual(["ok", "ok", "ok"]);
    expect(urls().filter((url) => url?.endsWith("/refresh"))).toHaveLength(1);
  });

  it("are refreshed before the request when they are about to run out", async () => {
    useSignIn({ access_token: "old", expires_in: 5, user: person(), last_event_id: "7-1" });
    answers = (config) =>
      config.url?.endsWith("/refresh")
        ? { status: 200, data: { access_token: "new", expires_in: 600, user: person(), last_event_id: "7-1" } }
        : { status: 200, data: token(config) };
    expect((await http.get("/a")).data).toBe("Bearer new");
    expect(urls()).toEqual(["/api/v1/auth/refresh", "/a"]);
  });

  it("end the session when the refresh is refused", async () => {
    answers = () => expired;
    await expect(http.get("/a")).rejects.toMatchObject({ status: 401 });
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("do not end the session when the refresh meets a dead network", async () => {
    answers = (config) => (config.url?.endsWith("/refresh") ? null : expired);
    await expect(http.get("/a")).rejects.toMatchObject({ kind: "network" });
    expect(ended).not.toHaveBeenCalled();
  });

  it("are repeated once only", async () => {
    answers = (config) =>
      config.url?.endsWith("/refresh")
        ? { status: 200, data: { access_token: "new", expires_in: 600, user: person(), last_event_id: "7-1" } }
        : expired;
    await expect(http.get("/a")).rejects.toMatchObject({ status: 401 });
    expect(urls().filter((url) => url === "/a")).toHaveLength(2);
  });

  it("are not what a wrong password means", async () => {
    answers = () => ({ status: 401, data: { code: "auth.invalid_credentials" } });
    await expect(http.put("/api/v1/auth/me/password")).rejects.toMatchObject({ code: "auth.invalid_credentials" });
    expect(urls()).toHaveLength(1);
  });

  it("share one exchange even when it is asked for directly", async () => {
    answers = () => ({ status: 200, data: { access_token: "new", expires_in: 600, user: person(), last_event_id: "7-1" } });
    await Promise.all([refreshSession(), refreshSession()]);
    expect(urls()).toHaveLength(1);
  });
});

describe("failures", () => {
  it("carry the problem's code, fields and members", async () => {
    answers = () => ({ status: 409, data: { code: "case.illegal_move", detail: "No.", state: "pending", request_id: "r1" } });
    const error = await http.get("/a").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ kind: "problem", status: 409, code: "case.illegal_move", requestId: "r1" });
    expect((error as ApiError).members["state"]).toBe("pending");
  });

  it("are read out of a blob answer too", async () => {
    const body = new Blob([JSON.stringify({ code: "document.processing" })]);
    answers = () => ({ status: 409, data: body });
    await expect(http.get("/a", { responseType: "blob" })).rejects.toMatchObject({ code: "document.processing" });
  });

  it("are gateway errors when a proxy answers with its own page, be it 502 or 200", async () => {
    answers = () => ({ status: 502, data: "<html>", type: "text/html" });
    await expect(http.get("/a")).rejects.toMatchObject({ kind: "gateway", status: 502 });
    answers = () => ({ status: 200, data: "<html>", type: "text/html" });
    await expect(http.get("/a")).rejects.toMatchObject({ kind: "gateway" });
  });

  it("are network errors without an answer", async () => {
    answers = () => null;
    await expect(http.get("/a")).rejects.toMatchObject({ kind: "network", status: 0, code: "client.network" });
  });
});
