import { http } from "./client";

/** Makes the generated client send through the app's HTTP client: token, refresh and errors in one place. */
export function createClientConfig<Config extends object>(config?: Config) {
  return { ...config, axios: http, baseURL: "" } as Config & { axios: typeof http; baseURL: string };
}
