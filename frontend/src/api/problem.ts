export type ErrorKind = "problem" | "network" | "gateway";

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** RFC 9457 body as the server writes it; further members depend on `code`. */
export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: FieldProblem[];
  [member: string]: unknown;
}

/**
 * Anything that went wrong with a request, in one shape.
 *
 * `problem`: the server answered with problem+json. `network`: no answer at all (`status` 0).
 * `gateway`: an answer that is not ours, such as the HTML page of a proxy.
 */
export class ApiError extends Error {
  readonly kind: ErrorKind;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** Milliseconds the server asks to wait before another try; null when it says nothing of it. */
  readonly retryAfter: number | null;
  readonly fieldProblems: readonly FieldProblem[];
  /** The whole body, for members such as `existing_customer_no` or `current_version`. */
  readonly members: Readonly<Problem>;

  constructor(kind: ErrorKind, status: number, problem: Problem = {}, retryAfter: number | null = null) {
    const code = problem.code ?? (kind === "problem" ? "server.error" : `client.${kind}`);
    super(problem.detail ?? problem.title ?? code);
    this.name = "ApiError";
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.detail = problem.detail ?? problem.title ?? "";
    this.requestId = problem.request_id ?? null;
    this.retryAfter = retryAfter;
    this.fieldProblems = problem.errors ?? [];
    this.members = problem;
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** Milliseconds that our server's `Retry-After` header asks for; null when there is none. */
export function readRetryAfter(header: unknown): number | null {
  return /^\d+$/.test(String(header)) ? Number(header) * 1_000 : null;
}

/**
 * Milliseconds before another try: what the server asked for, else `usual`, and up to a quarter more by chance, so that
 * those who were refused together do not come back together.
 */
export function pauseBefore(error: unknown, usual: number, random: () => number = Math.random): number {
  const asked = error instanceof ApiError ? error.retryAfter : null;
  return (asked ?? usual) * (1 + random() / 4);
}

/** Reads an answer's body as problem+json; null when it is something else. */
export function parseProblem(body: unknown): Problem | null {
  if (typeof body === "string") {
    try {
      return parseProblem(JSON.parse(body));
    } catch {
      return null;
    }
  }
  if (typeof body !== "object" || body === null || !("code" in body || "title" in body)) return null;
  return body as Problem;
}
