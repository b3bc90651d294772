import type { SchedulerServiceTaskRunner } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import type {
  DeferredEntity,
  EntityProviderConnection,
  EntityProviderMutation,
} from '@backstage/plugin-catalog-node';
import {
  ML_PIPELINES_EVENT_TOPIC,
  MlPipelinesClient,
  MlPipelinesEvent,
} from '@mlpipe/plugin-ml-pipelines-common';
import { eventually } from '../__testUtils__/eventually';
import { FakeMlPipelines } from '../__testUtils__/FakeMlPipelines';
import {
  clusterTarget,
  localTarget,
  openApi,
  runningPipeline,
  savedPipeline,
} from '../__testUtils__/samples';
import { MlPipelinesEntityProvider } from './MlPipelinesEntityProvider';
import { MlPipelinesReader } from './MlPipelinesReader';

/** Keeps what the catalog would hold. */
class FakeConnection implements EntityProviderConnection {
  readonly refs = new Set<string>();
  mutations: EntityProviderMutation[] = [];
  failures = 0;

  async applyMutation(mutation: EntityProviderMutation): Promise<void> {
    if (this.failures > 0) {
      this.failures--;
      throw new Error('database is locked');
    }
    this.mutations.push(mutation);
    const added = mutation.type === 'full' ? mutation.entities : mutation.added;
    if (mutation.type === 'full') {
      this.refs.clear();
    } else {
      for (const removed of mutation.removed) {
        this.refs.delete(
          'entityRef' in removed
            ? removed.entityRef
            : stringifyEntityRef(removed.entity),
        );
      }
    }
    added.forEach(({ entity }) => this.refs.add(stringifyEntityRef(entity)));
  }

  async refresh(): Promise<void> {}
}

describe('MlPipelinesEntityProvider', () => {
  let backend: FakeMlPipelines;
  let connection: FakeConnection;
  let fullSync: () => Promise<void>;
  let publish: (event: MlPipelinesEvent) => Promise<void>;
  const stop = new AbortController();
  const logger = mockServices.logger.mock();

  beforeEach(async () => {
    backend = new FakeMlPipelines();
    backend.targets.set('local', localTarget);
    backend.pipelines.set('ssh-anomalies', savedPipeline);
    connection = new FakeConnection();
    const events = mockServices.events();
    publish = eventPayload =>
      events.publish({ topic: ML_PIPELINES_EVENT_TOPIC, eventPayload });
    const taskRunner: SchedulerServiceTaskRunner = {
      async run({ fn }) {
        fullSync = async () => fn(stop.signal);
      },
    };
    const provider = new MlPipelinesEntityProvider({
      reader: new MlPipelinesReader({
        client: new MlPipelinesClient({
          discoveryApi: {
            getBaseUrl: async id => `http://localhost/api/${id}`,
          },
          fetchApi: { fetch: backend.fetch },
        }),
        auth: mockServices.auth({ pluginId: 'catalog' }),
        options: { defaultOwner: 'group:default/platform' },
      }),
      events,
      logger,
      taskRunner,
      signal: stop.signal,
      backoff: { initialMs: 1, maxMs: 4 },
    });
    await provider.connect(connection);
    logger.warn.mockClear();
  });
  afterAll(() => stop.abort());

  const saved = [
    'resource:default/local',
    'component:default/ssh-anomalies',
    'resource:default/ssh-anomalies-source',
  ];
  const api = 'api:default/ssh-anomalies';
  const deploy = () => {
    backend.pipelines.set('ssh-anomalies', runningPipeline);
    backend.openApis.set('ssh-anomalies', openApi);
  };

  it('reads everything, page by page, and takes away what is gone', async () => {
    backend.pageSize = 1;
    backend.pipelines.set('other', { ...savedPipeline, name: 'other' });
    await fullSync();
    expect([...connection.refs].sort()).toEqual(
      [
        ...saved,
        'component:default/other',
        'resource:default/other-source',
      ].sort(),
    );

    backend.pipelines.delete('other');
    await fullSync();
    expect([...connection.refs].sort()).toEqual([...saved].sort());
  });

  it('asks only for what has changed since the last time', async () => {
    deploy();
    await fullSync();
    backend.asked.length = 0;
    await fullSync();
    expect(backend.asked.sort()).toEqual(['/pipelines', '/targets']);
    expect(connection.refs).toContain(api);

    backend.pipelines.set('ssh-anomalies', {
      ...runningPipeline,
      title: 'Renamed',
      updatedAt: '2026-02-02T00:00:00Z',
    });
    await fullSync();
    expect(connection.mutations.at(-1)).toMatchObject({
      entities: expect.arrayContaining([
        expect.objectContaining({
          entity: expect.objectContaining({
            metadata: expect.objectContaining({ title: 'Renamed' }),
          }),
        }),
      ]),
    });
  });

  it('shows pipelines with what their target says of them, also when that changes', async () => {
    const annotations = async () => {
      await fullSync();
      const { entities = [] } = connection.mutations.at(-1) as {
        entities?: DeferredEntity[];
      };
      return entities.find(({ entity }) => entity.kind === 'Component')?.entity
        .metadata.annotations;
    };
    deploy();
    expect(await annotations()).not.toHaveProperty([
      'backstage.io/kubernetes-id',
    ]);
    backend.targets.set('local', { ...clusterTarget, name: 'local' });
    expect(await annotations()).toMatchObject({
      'backstage.io/kubernetes-id': 'ssh-anomalies',
      'backstage.io/kubernetes-cluster': 'k3s',
    });
  });

  it('waits for a backend that is not up yet, without failing', async () => {
    backend.failures = 5;
    connection.failures = 1;
    await fullSync();
    expect([...connection.refs].sort()).toEqual([...saved].sort());
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('could not be read; trying again'),
    );
  });

  it('follows a pipeline through its life by events', async () => {
    await fullSync();
    deploy();
    await publish({ type: 'pipeline-changed', name: 'ssh-anomalies' });
    await eventually(() => expect(connection.refs).toContain(api));

    backend.pipelines.set('ssh-anomalies', savedPipeline);
    await publish({ type: 'pipeline-changed', name: 'ssh-anomalies' });
    await eventually(() => expect(connection.refs).not.toContain(api));

    backend.pipelines.clear();
    await publish({ type: 'pipeline-deleted', name: 'ssh-anomalies' });
    await eventually(() =>
      expect([...connection.refs]).toEqual(['resource:default/local']),
    );

    backend.targets.set('k3s', { ...localTarget, name: 'k3s' });
    await publish({ type: 'target-changed', name: 'k3s' });
    await eventually(() =>
      expect(connection.refs).toContain('resource:default/k3s'),
    );
    backend.targets.delete('k3s');
    await publish({ type: 'target-deleted', name: 'k3s' });
    await eventually(() =>
      expect(connection.refs).not.toContain('resource:default/k3s'),
    );
  });

  it('drops the data source that a new revision no longer reads', async () => {
    await fullSync();
    const { document } = savedPipeline;
    backend.pipelines.set('ssh-anomalies', {
      ...savedPipeline,
      document: {
        ...document,
        spec: {
          ...document.spec,
          nodes: document.spec.nodes.map(node =>
            node.id === 'source'
              ? { id: 'pushed', type: 'http-push', parameters: {} }
              : node,
          ),
        },
      },
    });
    await publish({ type: 'pipeline-changed', name: 'ssh-anomalies' });
    await eventually(() => {
      expect(connection.refs).toContain(
        'resource:default/ssh-anomalies-pushed',
      );
      expect(connection.refs).not.toContain(
        'resource:default/ssh-anomalies-source',
      );
    });
  });

  it('never lets an older reading overwrite a newer one', async () => {
    backend.failures = 3;
    const reading = fullSync();
    backend.pipelines.set('new', { ...savedPipeline, name: 'new' });
    await Promise.all([
      reading,
      publish({ type: 'pipeline-changed', name: 'new' }),
    ]);
    await eventually(() =>
      expect(connection.refs).toContain('component:default/new'),
    );
    await fullSync();
    expect(connection.refs).toContain('component:default/new');
  });

  it('shows no API of a batch pipeline, which has no endpoint', async () => {
    backend.openApis.set('ssh-anomalies', openApi);
    backend.pipelines.set('ssh-anomalies', {
      ...runningPipeline,
      mode: 'batch',
      endpoint: undefined,
    });
    await fullSync();
    expect(connection.refs).toContain('component:default/ssh-anomalies');
    expect(connection.refs).not.toContain(api);
    backend.openApis.clear();
  });

  it('adds the API once the endpoint gives its document, and keeps it over a restart', async () => {
    backend.pipelines.set('ssh-anomalies', runningPipeline);
    await fullSync();
    expect(connection.refs).not.toContain(api);
    backend.openApis.set('ssh-anomalies', openApi);
    await eventually(() => expect(connection.refs).toContain(api));

    backend.openApis.clear();
    await publish({ type: 'pipeline-changed', name: 'ssh-anomalies' });
    const before = connection.mutations.length;
    await eventually(() =>
      expect(connection.mutations.length).toBeGreaterThan(before),
    );
    expect(connection.refs).toContain(api);
  });
});
