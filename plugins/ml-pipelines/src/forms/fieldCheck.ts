/**
 * Props that show a problem at a field as soon as there is one, and tie it to
 * the field for screen readers.
 */
export function fieldCheck(problem: string | undefined) {
  return {
    validationBehavior: 'aria' as const,
    validate: () => problem ?? true,
  };
}
