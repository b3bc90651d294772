import type { FormValues } from './anomalyDocument';

/** All values of the form so far; the Scaffolder hands them on in `formContext`. */
export function formValues(formContext: unknown): FormValues {
  if (
    typeof formContext === 'object' &&
    formContext !== null &&
    'formData' in formContext
  ) {
    const { formData } = formContext;
    if (typeof formData === 'object' && formData !== null) {
      return formData as FormValues;
    }
  }
  return {};
}
