import axios, { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";

import type { LogInWithPasswordData, RefreshSessionData, TokenResponse } from "./generated";
import { ApiError, parseProblem, readRetryAfter } from "./problem";

declare module "axios" {
  interface InternalAxiosRequestConfig {
    /** Set once a request has been repeated with a fresh token, so that it is never repeated again. */
    repeated?: boolean;
  }
}

export type SignIn = Pick<TokenResponse, "access_token" | "expires_in" | "user" | "last_event_id">;

interface SessionListener {
  refreshed(signIn: SignIn): void;
  ended(error: ApiError): void;
}

const LOGIN: LogInWithPasswordData["url"] = "/api/v1/auth/login";
const REFRESH: RefreshSessionData["url"] = "/api/v1/auth/refresh";

/** Refresh this long before the token runs out: a large upload should not be sent twice. */
const REFRESH_AHEAD_MS = 20_000;

let accessToken: string | null = null;
let expiresAt = 0;
let firstEventId: string | null = null;
/** The page was opened without a network: a session is believed in, its token still to be fetched. */
let believed = false;
let refreshing: Promise<SignIn> | null = null;
let listener: SessionListener | null = null;

export function listenToSession(sessionListener: SessionListener): void {
  listener = sessionListener;
}

/** Keeps the bearer token in memory only; null forgets it. */
export function useSignIn(signIn: SignIn | null): void {
  accessToken = signIn?.access_token ?? null;
  expiresAt = signIn ? Date.now() + signIn.expires_in * 1000 : 0;
  firstEventId = signIn ? (firstEventId ?? signIn.last_event_id) : null;
}

/** Goes on without a token until the network is back: the first request then fetches it, or ends the session. */
export function believeInSession(): void {
  believed = true;
}

/** Where the event stream stood before this session fetched anything; null when signed out. */
export function eventsFrom(): string | null {
  return firstEventId;
}

export function currentAccessToken(): string | null {
  return accessToken;
}

/** The token to use now, refreshed first when it is about to run out; null when signed out. */
export async function freshAccessToken(): Promise<string | null> {
  if (accessToken ? Date.now() > expiresAt - REFRESH_AHEAD_MS : believed) await refreshSession();
  return accessToken;
}

/**
 * Exchanges the refresh cookie for a new access token; concurrent callers share one exchange.
 *
 * Tabs share the cookie and the server revokes a session whose rotated cookie comes back a second
 * time, so the exchange is serialised over tabs as well where the browser offers locks.
 */
export function refreshSession(): Promise<SignIn> {
  refreshing ??= exchange().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function exchange(): Promise<SignIn> {
  const post = (): Promise<AxiosResponse<SignIn>> =>
    axios.post<SignIn>(REFRESH, undefined, { timeout: 15_000 });
  try {
    const locks = (navigator as Partial<Navigator>).locks;
    const { data } = await (locks ? locks.request("kehui.refresh", post) : post());
    believed = false;
    useSignIn(data);
    listener?.refreshed(data);
    return data;
  } catch (cause) {
    const error = await toApiError(cause);
    if (error.status === 401) {
      const wasSignedIn = accessToken !== null || believed;
      believed = false;
      useSignIn(null);
      if (wasSignedIn) listener?.ended(error);
    }
    throw error;
  }
}

/** The HTTP client of the whole app; rejects with ApiError only (or axios' own cancellation). */
export const http = axios.create({ timeout: 30_000 });

http.interceptors.request.use(async (config) => {
  const headers = AxiosHeaders.from(config.headers);
  // The page says its language in one place, so that the API layer need not know how it is chosen.
  headers.set("Accept-Language", document.documentElement.lang);
  const token = isSignInUrl(config) ? null : await freshAccessToken();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  config.headers = headers;
  return config;
});

http.interceptors.response.use(
  (response) => {
    if (isHtml(response)) throw new ApiError("gateway", response.status);
    return response;
  },
  async (cause: unknown) => {
    if (axios.isCancel(cause)) throw cause;
    const error = await toApiError(cause);
    const config = cause instanceof AxiosError ? cause.config : undefined;
    const expired = error.status === 401 && error.code !== "auth.invalid_credentials";
    if (!expired || !config || config.repeated || isSignInUrl(config) || !accessToken) throw error;
    await refreshSession();
    config.repeated = true;
    return http.request(config);
  },
);

function isSignInUrl({ url }: InternalAxiosRequestConfig): boolean {
  return url === LOGIN || url === REFRESH;
}

function isHtml(response: AxiosResponse): boolean {
  return String(response.headers["content-type"] ?? "").startsWith("text/html");
}

async function toApiError(cause: unknown): Promise<ApiError> {
  if (cause instanceof ApiError) return cause;
  if (!(cause instanceof AxiosError)) throw cause;
  const response = cause.response;
  if (!response) return new ApiError("network", 0);
  const data: unknown = response.data instanceof Blob ? await response.data.text() : response.data;
  const problem = isHtml(response) ? null : parseProblem(data);
  const retryAfter = readRetryAfter(response.headers["retry-after"]);
  return new ApiError(problem ? "problem" : "gateway", response.status, problem ?? {}, retryAfter);
}
