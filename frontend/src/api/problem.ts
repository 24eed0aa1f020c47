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
  readonly fieldProblems: readonly FieldProblem[];
  /** The whole body, for members such as `existing_customer_no` or `current_version`. */
  readonly members: Readonly<Problem>;

  constructor(kind: ErrorKind, status: number, problem: Problem = {}) {
    const code = problem.code ?? (kind === "problem" ? "server.error" : `client.${kind}`);
    super(problem.detail ?? problem.title ?? code);
    this.name = "ApiError";
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.detail = problem.detail ?? problem.title ?? "";
    this.requestId = problem.request_id ?? null;
    this.fieldProblems = problem.errors ?? [];
    this.members = problem;
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
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
