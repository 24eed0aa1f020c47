import { hasTranslation, translate } from "@/shared/i18n";

import { ApiError } from "./problem";

/** One sentence for a person: the translated code, else what the server said, else a general one. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError)) return translate("errors.client.unexpected");
  const key = `errors.${error.code}`;
  if (hasTranslation(key)) return translate(key, error.members);
  return error.detail || translate("errors.server.error");
}

/** The server's field errors as field → translated sentence; the first of a field wins. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const sentences: Record<string, string> = {};
  for (const problem of error.fieldProblems) {
    const field = problem.field.replace(/^(body|query|path)\./, "");
    const key = `field_errors.${problem.code}`;
    sentences[field] ??= hasTranslation(key) ? translate(key) : problem.message;
  }
  return sentences;
}
