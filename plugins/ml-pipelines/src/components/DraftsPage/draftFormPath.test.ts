import type { Draft } from '@mlpipe/plugin-ml-pipelines-common';
import { draftFormPath } from './draftFormPath';

const draft: Draft = {
  id: 'draft-1',
  templateRef: 'template:default/anomaly-detection-on-logs',
  form: { name: 'ssh & more', source: { type: 'http-push', parameters: {} } },
  problems: [],
  createdBy: 'user:default/guest',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('draftFormPath', () => {
  it('reopens the form with all that it held, and the id of the draft', () => {
    const url = new URL(draftFormPath(draft)!, 'http://portal');
    expect(url.pathname).toBe(
      '/create/templates/default/anomaly-detection-on-logs',
    );
    expect(JSON.parse(url.searchParams.get('formData')!)).toEqual({
      ...draft.form,
      draftId: 'draft-1',
    });
  });

  it('knows when there is no form to go back to', () => {
    expect(draftFormPath({ ...draft, templateRef: undefined })).toBeUndefined();
    expect(
      draftFormPath({ ...draft, templateRef: 'template:' }),
    ).toBeUndefined();
  });
});
