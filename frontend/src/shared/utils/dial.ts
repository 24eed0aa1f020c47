/** The address that makes a phone call this number; undefined without one. An extension is dialled after a pause. */
export function telephone(number: string | null | undefined): string | undefined {
  const [line = "", extension] = (number ?? "").split(/转|分机|ext\.?|x|#|(?<=\d{7})-(?=\d{1,6}$)/i);
  const digits = line.replace(/[^\d+]/g, "");
  if (!digits) return undefined;
  return extension ? `tel:${digits},${extension.replace(/\D/g, "")}` : `tel:${digits}`;
}
