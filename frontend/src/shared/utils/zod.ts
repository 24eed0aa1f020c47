import type { core } from "zod/mini";

type Result = { success: true } | { success: false; error: core.$ZodError };

/**
 * Field → sentence for a failed parse, the first issue of each field. Schemas give message keys
 * as their messages; nested fields are joined by dots.
 */
export function firstIssues(result: Result, t: (key: string) => string): Record<string, string> {
  const sentences: Record<string, string> = {};
  if (result.success) return sentences;
  for (const issue of result.error.issues) sentences[issue.path.join(".")] ??= t(issue.message);
  return sentences;
}
