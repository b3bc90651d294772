import { pipelineDocumentSchema } from '../spec/PipelineDocument';
import { sampleDocument } from '../testing/samples';
import {
  duplicateDocument,
  moveDocument,
  promoteDocument,
} from './deriveDocuments';

const original = pipelineDocumentSchema.parse({
  ...sampleDocument(),
  metadata: {
    ...sampleDocument().metadata,
    title: 'SSH',
    lifecycle: 'development',
    tags: ['ssh'],
  },
  spec: {
    ...sampleDocument().spec,
    compute: { cpu: 1 },
    objectives: { latencyP95Ms: 100 },
    secrets: [{ env: 'TOKEN', name: 'dev-token' }],
  },
});

it('duplicates under a new name, and gives the title anew', () => {
  const copy = duplicateDocument(original, { name: 'copy' });
  expect(copy.metadata).toEqual({
    name: 'copy',
    owner: 'group:default/security',
    lifecycle: 'development',
    tags: ['ssh'],
  });
  expect(copy.spec).toEqual(original.spec);
  expect(
    duplicateDocument(original, {
      name: 'copy',
      title: 'Copy',
      owner: 'user:default/ada',
    }).metadata,
  ).toMatchObject({ title: 'Copy', owner: 'user:default/ada' });
});

it('moves to another target and changes nothing else', () => {
  expect(moveDocument(original, 'cluster')).toEqual({
    ...original,
    spec: { ...original.spec, target: 'cluster' },
  });
});

describe('promoteDocument', () => {
  const receiver = pipelineDocumentSchema.parse({
    ...sampleDocument(),
    metadata: {
      name: 'prod',
      title: 'Production',
      owner: 'group:default/operations',
      lifecycle: 'production',
    },
    spec: {
      target: 'cluster',
      nodes: [],
      compute: { cpu: 4 },
      environment: [{ name: 'A', value: '1' }],
      secrets: [{ env: 'TOKEN', name: 'prod-token' }],
      schedule: { cron: '0 3 * * *' },
    },
  });

  it('brings graph, alerts and objectives to a pipeline that keeps the rest', () => {
    const { nodes, edges, alerts, objectives } = original.spec;
    expect(promoteDocument(original, receiver, { to: 'prod' })).toEqual({
      ...receiver,
      spec: { ...receiver.spec, nodes, edges, alerts, objectives },
    });
  });

  it('gives a new pipeline all of the original but its lifecycle', () => {
    expect(
      promoteDocument(original, undefined, {
        to: 'prod',
        target: 'cluster',
        lifecycle: 'production',
      }),
    ).toEqual({
      ...original,
      metadata: {
        name: 'prod',
        owner: 'group:default/security',
        lifecycle: 'production',
        tags: ['ssh'],
      },
      spec: { ...original.spec, target: 'cluster' },
    });
    expect(
      promoteDocument(original, undefined, { to: 'prod' }).metadata,
    ).not.toHaveProperty('lifecycle');
  });
});
