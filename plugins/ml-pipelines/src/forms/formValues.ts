import type { ChainForm } from '@mlpipe/plugin-ml-pipelines-common';

/** All values of the form so far; the Scaffolder hands them on in `formContext`. */
export function formValues(formContext: unknown): ChainForm {
  if (
    typeof formContext === 'object' &&
    formContext !== null &&
    'formData' in formContext
  ) {
    const { formData } = formContext;
    if (typeof formData === 'object' && formData !== null) {
      return formData as ChainForm;
    }
  }
  return {};
}
