import { ApiError, type FieldProblem } from "@/api/problem";

import { currentLocale, hasTranslation, translate } from "./i18n";

/** One sentence for a person: the translated code, else what the server said (in English) with an introduction. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError)) return translate("errors.client.unexpected");
  const key = `errors.${error.code}`;
  if (hasTranslation(key)) return translate(key, error.members);
  return error.detail ? translate("errors.untranslated", { detail: error.detail }) : translate("errors.server.error");
}

/** The server's field errors as field → translated sentence; the first of a field wins. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const sentences: Record<string, string> = {};
  for (const problem of error.fieldProblems) {
    const field = problem.field.replace(/^(body|query|path)\./, "");
    sentences[field] ??= describeField(problem);
  }
  return sentences;
}

/** A refusal that concerns one field carries the code of the refusal itself; what is merely wrong has a code of its own. */
function describeField(problem: FieldProblem): string {
  const key = [`field_errors.${problem.code}`, `errors.${problem.code}`].find(hasTranslation);
  if (key) return translate(key);
  return currentLocale() === "en" ? problem.message : translate("field_errors.invalid");
}
