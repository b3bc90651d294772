/**
 * What was typed as a number: a decimal comma is accepted, and what is no
 * number is handed on as text, for validation to name it.
 */
export function parseNumber(
  text: string,
  empty?: null | undefined,
): number | string | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') {
    return empty;
  }
  const value = Number(trimmed.replace(',', '.'));
  return Number.isNaN(value) ? trimmed : value;
}

/** How a value is shown in an entry. */
export function numberText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string'
    ? String(value)
    : '';
}
