import fc from 'fast-check';
import { createBuiltinCatalogue } from '../nodes/builtin';
import { canonicalJson } from '../spec/canonicalJson';
import {
  PipelineDocument,
  PipelineDocumentInput,
  pipelineDocumentSchema,
} from '../spec/PipelineDocument';
import { sampleDocument } from '../testing/samples';
import { completeDocument } from './completeDocument';
import { diffDocuments } from './diffDocuments';

const catalogue = createBuiltinCatalogue();
const parse = (input: PipelineDocumentInput) =>
  pipelineDocumentSchema.parse(input);

/** The sample after something was done to it. */
function changed(edit: (document: PipelineDocument) => void): PipelineDocument {
  const document = parse(sampleDocument());
  edit(document);
  return document;
}

const sentences = (
  edit: (document: PipelineDocument) => void,
  before: (document: PipelineDocument) => void = () => {},
) => diffDocuments(changed(before), changed(edit)).map(c => c.sentence);

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), {
  minLength: 1,
  maxLength: 3,
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined });

const nodes = ids.chain(list =>
  fc.tuple(
    ...list.map(id =>
      fc.record({
        id: fc.constant(id),
        type: fc.constantFrom(
          'isolation-forest',
          'log-file-tail',
          'normalisation',
          'from-a-module',
        ),
        title: maybe(fc.constantFrom('A', 'B')),
        parameters: fc.dictionary(
          fc.constantFrom('trees', 'path', 'seed', 'own'),
          fc.constantFrom<unknown>(100, 42, null, 'x', true, ['a'], { b: 1 }),
          { maxKeys: 2 },
        ),
        position: maybe(fc.constantFrom({ x: 0, y: 0 }, { x: 1, y: 0 })),
      }),
    ),
  ),
);

const documents: fc.Arbitrary<PipelineDocument> = fc
  .record({
    metadata: fc.record(
      {
        name: fc.constantFrom('p', 'q'),
        owner: fc.constantFrom('group:default/a', 'group:default/b'),
        title: fc.constantFrom('T', 'U'),
        lifecycle: fc.constantFrom('development', 'production'),
        tags: fc.subarray(['x', 'y']),
      },
      { requiredKeys: ['name', 'owner'] },
    ),
    spec: fc.record(
      {
        target: fc.constantFrom('local', 'cluster'),
        nodes,
        edges: fc.shuffledSubarray([
          { from: 'a.out', to: 'b.in' },
          { from: 'b.out', to: 'c.in' },
        ]),
        compute: fc.record(
          {
            cpu: fc.constantFrom(1, 2),
            gpu: fc.constantFrom({ count: 1 }, { count: 1, type: 'A40' }),
            workers: fc.constantFrom(2, 4),
            autoscaling: fc.constantFrom(
              { maxReplicas: 3 },
              { maxReplicas: 3, targetCpuPercent: 50 },
            ),
          },
          { requiredKeys: [] },
        ),
        environment: fc.shuffledSubarray([
          { name: 'A', value: '1' },
          { name: 'B', value: '' },
        ]),
        secrets: fc.subarray([
          { env: 'S', name: 's' },
          { env: 'T', name: 's' },
        ]),
        alerts: fc.constantFrom(1, 2).chain(threshold =>
          fc.subarray([
            {
              name: 'x',
              metric: 'latency_p95_ms' as const,
              threshold,
            },
          ]),
        ),
        objectives: fc.record(
          { latencyP95Ms: fc.constantFrom(1, 2) },
          { requiredKeys: [] },
        ),
        schedule: fc.record(
          {
            cron: fc.constantFrom('0 3 * * *', '0 4 * * *'),
            timezone: fc.constantFrom('UTC', 'Europe/Paris'),
          },
          { requiredKeys: ['cron'] },
        ),
      },
      { requiredKeys: ['target', 'nodes'] },
    ),
  })
  .map(input =>
    pipelineDocumentSchema.parse({
      apiVersion: 'mlpipe.io/v1alpha1',
      kind: 'Pipeline',
      ...input,
    }),
  );

describe('diffDocuments', () => {
  it('takes what is left out and its default as the same', () => {
    expect(
      sentences(document => {
        document.spec.nodes[2].parameters = { trees: 100, threshold: null };
      }),
    ).toEqual([]);
  });

  it('names parameters by their title, with their unit', () => {
    const [change] = diffDocuments(
      changed(() => {}),
      changed(document => {
        document.spec.nodes[0].parameters.pollIntervalMs = 100;
      }),
    );
    expect(change).toMatchObject({
      code: 'parameter.changed',
      path: ['spec', 'nodes', 0, 'parameters', 'pollIntervalMs'],
      node: 'logs',
      parameter: 'pollIntervalMs',
      before: 500,
      after: 100,
      sentence:
        'The parameter “Poll interval” of “logs” changes from 500 ms to 100 ms.',
    });
  });

  it('follows a node to its new id, and its edges with it', () => {
    expect(
      sentences(document => {
        document.spec.nodes[2].id = 'forest';
        document.spec.nodes[2].parameters = { trees: 50 };
        document.spec.edges[1].to = 'forest.features';
        document.spec.edges[2].from = 'forest.scores';
      }),
    ).toEqual([
      'The node “model” is called “forest” now.',
      'The parameter “Trees” of “forest” changes from 100 to 50.',
    ]);
  });

  it('says what becomes of nodes and edges', () => {
    expect(
      sentences(document => {
        const [logs, features, model, deploy] = document.spec.nodes;
        document.spec.nodes = [
          { ...logs, type: 'http-push', parameters: {} },
          features,
          { id: 'scale', type: 'normalisation', parameters: {} },
          model,
          { ...deploy, title: 'Alarms' },
        ];
        document.spec.edges.splice(
          1,
          1,
          { from: 'features.features', to: 'scale.features' },
          { from: 'scale.features', to: 'model.features' },
        );
      }),
    ).toEqual([
      'The node “scale” (Normalisation) is added.',
      'The node “logs” is HTTP push instead of Log file (tail).',
      '“features.features” no longer feeds “model.features”.',
      '“features.features” now feeds “scale.features”.',
      '“scale.features” now feeds “model.features”.',
      'The title of “deploy” changes from none to “Alarms”.',
    ]);
  });

  it('says everything else that changes, the most important first', () => {
    expect(
      sentences(
        document => {
          document.metadata.title = 'SSH';
          document.metadata.lifecycle = 'production';
          document.spec.target = 'cluster';
          document.spec.compute = {
            cpu: 2,
            memoryMiB: 1024,
            replicas: 1,
            gpu: { count: 1, type: 'NVIDIA A40' },
            workers: 4,
            autoscaling: { maxReplicas: 6, targetCpuPercent: 70 },
          };
          document.spec.environment = [{ name: 'LEVEL', value: 'debug' }];
          document.spec.secrets = [{ env: 'TOKEN', name: 'mail-token' }];
          document.spec.objectives = { latencyP95Ms: 200 };
          document.spec.schedule = { cron: '0 3 * * *', timezone: 'UTC' };
          document.spec.alerts = [
            {
              ...document.spec.alerts[0],
              name: 'many',
              metric: 'anomalies_per_minute',
              operator: '>',
              threshold: 20,
              forSeconds: 60,
              severity: 'critical',
            },
          ];
        },
        document => {
          document.spec.alerts = parse({
            ...sampleDocument(),
            spec: {
              ...sampleDocument().spec,
              alerts: [
                {
                  name: 'many',
                  metric: 'anomalies_per_minute',
                  threshold: 10,
                  severity: 'critical',
                },
                { name: 'slow', metric: 'latency_p95_ms', threshold: 1 },
              ],
            },
          }).spec.alerts;
        },
      ).filter(sentence => !sentence.includes('Without data')),
    ).toEqual([
      'It runs on target “cluster” instead of “local”.',
      'Runs start by the schedule “0 3 * * * (UTC)”.',
      'The highest number of replicas under load changes from none to 6.',
      'The use of CPU above which replicas are added changes from none to 70 (%).',
      'The number of workers of a run changes from 1 to 4.',
      'The CPU cores of one replica change from 1 to 2.',
      'The GPUs of one replica change from none to 1 × NVIDIA A40.',
      'The secret “mail-token” is handed over as TOKEN.',
      'The environment variable LEVEL is set to “debug”.',
      'The alert “slow” on Latency, 95th percentile is removed.',
      'The threshold of the alert “many” changes from 10 to 20.',
      'The objective for the latency changes from none to 200 (95th percentile, ms).',
      'The lifecycle changes from none to “production”.',
      'The title changes from none to “SSH”.',
    ]);
  });

  it('has one sentence for the drawing', () => {
    expect(
      sentences(document => {
        document.spec.nodes.forEach((node, i) => {
          node.position = { x: i, y: i };
        });
      }),
    ).toEqual(['Nodes are at other places in the drawing.']);
  });

  it('says when only the order is another', () => {
    expect(
      sentences(document => {
        document.spec.edges.reverse();
      }),
    ).toEqual([
      'Entries of the document are in another order; what runs is the same.',
    ]);
  });

  it('keeps long texts short', () => {
    const [sentence] = sentences(document => {
      document.metadata.description = 'a\nb'.repeat(600);
    });
    expect(sentence.length).toBeLessThan(250);
    expect(sentence).not.toContain('\n');
  });

  it('finds a change exactly where documents are not equal', () => {
    const meaning = (document: PipelineDocument) =>
      `${canonicalJson(completeDocument(document, catalogue))} ${JSON.stringify(
        document.spec.nodes.map(node => node.position ?? null),
      )}`;
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        const changes = diffDocuments(before, after, catalogue);
        expect(changes.length === 0).toBe(meaning(before) === meaning(after));
        for (const change of changes) {
          expect(change.sentence).not.toMatch(/undefined|\{\{/);
        }
        expect(diffDocuments(after, after, catalogue)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
