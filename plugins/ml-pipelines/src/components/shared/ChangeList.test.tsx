import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  CHANGE_TEXTS,
  diffDocuments,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen } from '@testing-library/react';
import { changes as french } from '../../translations/fr/changes';
import { ChangeList } from './ChangeList';

const document = (parameters: Record<string, unknown>) =>
  pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh', owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [
        {
          id: 'logs',
          type: 'log-file-tail',
          parameters: { path: '/var/log/auth.log', ...parameters },
        },
      ],
    },
  });

it('names choices of parameters in words', async () => {
  renderInTestApp(
    <ChangeList
      changes={diffDocuments(
        document({}),
        document({ startAt: 'end', pollIntervalMs: 1500 }),
      )}
    />,
  );
  expect(
    await screen.findByText(
      'The parameter “Start at” of “logs” changes from Beginning of the file to End of the file.',
    ),
  ).toBeInTheDocument();
  expect(
    screen.getByText(
      'The parameter “Poll interval” of “logs” changes from 500 ms to 1,500 ms.',
    ),
  ).toBeInTheDocument();
  expect(screen.getByRole('list', { name: '2 changes' })).toBeInTheDocument();
});

it('says that nothing is different', async () => {
  renderInTestApp(<ChangeList changes={[]} />);
  expect(await screen.findByText('Nothing is different.')).toBeInTheDocument();
});

it('has every sentence in French', () => {
  expect(Object.keys(french).sort()).toEqual(
    Object.keys(CHANGE_TEXTS)
      .map(code => `change.${code}`)
      .sort(),
  );
});
