import { parseEntityRef } from '@backstage/catalog-model';
import type { Draft } from '@mlpipe/plugin-ml-pipelines-common';
import { templatePath } from '../shared/templates';

/**
 * Path of the form that a draft came from, with everything filled in; the
 * form carries the draft's id, so that saving it again replaces the draft.
 *
 * @returns Undefined when the draft does not name its template.
 */
export function draftFormPath(draft: Draft): string | undefined {
  if (!draft.templateRef) {
    return undefined;
  }
  let template;
  try {
    template = parseEntityRef(draft.templateRef, {
      defaultKind: 'template',
      defaultNamespace: 'default',
    });
  } catch {
    return undefined;
  }
  const form = JSON.stringify({ ...draft.form, draftId: draft.id });
  return `${templatePath(
    template.namespace,
    template.name,
  )}?formData=${encodeURIComponent(form)}`;
}
