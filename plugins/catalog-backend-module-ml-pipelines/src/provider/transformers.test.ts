import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  Entity,
  FieldFormatEntityPolicy,
  resourceEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import {
  PIPELINE_ANNOTATION,
  TARGET_ANNOTATION,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  clusterTarget,
  localTarget,
  openApi,
  runningPipeline,
  savedPipeline,
} from '../__testUtils__/samples';
import { apiToEntity } from './apiToEntity';
import { dataSourcesToEntities } from './dataSourcesToEntities';
import { pipelineToEntity } from './pipelineToEntity';
import { targetToEntity } from './targetToEntity';

const options = {
  appBaseUrl: 'http://portal.example.com',
  defaultOwner: 'group:default/platform',
};
const related = {
  dataSources: ['resource:default/ssh-anomalies-source'],
  api: 'api:default/ssh-anomalies',
};
const validators = {
  Component: componentEntityV1alpha1Validator,
  Resource: resourceEntityV1alpha1Validator,
  API: apiEntityV1alpha1Validator,
};

/** Passes an entity through what the catalog itself checks. */
async function accepted<E extends Entity>(entity: E): Promise<E> {
  await new FieldFormatEntityPolicy().enforce(entity);
  const validator = validators[entity.kind as keyof typeof validators];
  expect(await validator.check(entity)).toBe(true);
  return entity;
}

describe('entities of pipelines and targets', () => {
  it('shows a running pipeline', async () => {
    expect(
      await accepted(pipelineToEntity(runningPipeline, related, options)),
    ).toMatchSnapshot();
  });

  it('shows a pipeline that was never deployed, without a portal address', async () => {
    const entity = await accepted(
      pipelineToEntity(
        { ...savedPipeline, system: undefined, description: undefined },
        { dataSources: [] },
        { defaultOwner: 'group:default/platform' },
      ),
    );
    expect(entity).toMatchSnapshot();
  });

  it('does not change with health, rates or time', () => {
    expect(
      pipelineToEntity(
        {
          ...runningPipeline,
          status: 'degraded',
          requestsPerSecond: 99,
          firingAlerts: 3,
          updatedAt: '2027-01-01T00:00:00Z',
        },
        related,
        options,
      ),
    ).toEqual(pipelineToEntity(runningPipeline, related, options));
  });

  it('takes the lifecycle of the document, and the target that it really runs on', () => {
    const entity = pipelineToEntity(
      { ...runningPipeline, lifecycle: 'staging', deployedTarget: 'old' },
      related,
      options,
    );
    expect(entity.spec.lifecycle).toBe('staging');
    expect(entity.spec.dependsOn?.[0]).toBe('resource:default/old');
    expect(
      apiToEntity({ ...runningPipeline, lifecycle: 'staging' }, openApi).spec
        .lifecycle,
    ).toBe('staging');
  });

  it('keeps data sources that the backend knows of, each once', () => {
    const entity = pipelineToEntity(
      {
        ...savedPipeline,
        dataSources: ['resource:default/warehouse', ...related.dataSources],
      },
      related,
      options,
    );
    expect(entity.spec.dependsOn).toEqual([
      'resource:default/local',
      'resource:default/ssh-anomalies-source',
      'resource:default/warehouse',
    ]);
  });

  it('derives a data source from each source node', async () => {
    const [tail, ...others] = dataSourcesToEntities(savedPipeline);
    expect(others).toEqual([]);
    expect(await accepted(tail)).toMatchSnapshot();
  });

  it('takes nodes of unknown types as sources when nothing leads into them, and shortens long names', async () => {
    const name = 'a'.repeat(40);
    const { spec } = savedPipeline.document;
    const [unknown, ...others] = dataSourcesToEntities({
      ...savedPipeline,
      name,
      document: {
        ...savedPipeline.document,
        spec: {
          ...spec,
          nodes: [
            { id: 'b'.repeat(40), type: 'kafka-topic', parameters: {} },
            { id: 'custom', type: 'custom-step', parameters: {} },
          ],
          edges: [{ from: `${'b'.repeat(40)}.out`, to: 'custom.in' }],
        },
      },
    });
    expect(others).toEqual([]);
    await accepted(unknown);
    expect(unknown.metadata.name).toMatch(/^a{40}-b{13}-[0-9a-f]{8}$/);
    expect(unknown.metadata.title).toBe('kafka-topic: SSH anomalies');
  });

  it('defines the API by the document of the endpoint', async () => {
    const entity = await accepted(apiToEntity(runningPipeline, openApi));
    expect(entity).toMatchSnapshot();
    expect(JSON.parse(entity.spec.definition)).toEqual({
      ...openApi,
      servers: [{ url: 'http://127.0.0.1:8300' }],
    });
    const servers = [{ url: 'https://public.example.com' }];
    const named = apiToEntity(runningPipeline, { ...openApi, servers });
    expect(JSON.parse(named.spec.definition).servers).toEqual(servers);
  });

  it('shows targets, clusters as the type that the Kubernetes plugin knows', async () => {
    expect(
      await accepted(targetToEntity(localTarget, options)),
    ).toMatchSnapshot();
    const cluster = await accepted(targetToEntity(clusterTarget, options));
    expect(cluster).toMatchObject({
      metadata: {
        name: 'k3s',
        annotations: {
          ...clusterTarget.catalog?.annotations,
          [TARGET_ANNOTATION]: 'k3s',
        },
      },
      spec: { type: 'kubernetes-cluster', owner: 'group:default/platform' },
    });
  });

  it('shows a pipeline with what its target says of it, and no less of its own', async () => {
    const entity = await accepted(
      pipelineToEntity(
        runningPipeline,
        {
          ...related,
          targetAnnotations: {
            ...clusterTarget.catalog?.pipelineAnnotations,
            [PIPELINE_ANNOTATION]: 'something else',
          },
        },
        options,
      ),
    );
    expect(entity.metadata.annotations).toMatchObject({
      'backstage.io/kubernetes-id': 'ssh-anomalies',
      'backstage.io/kubernetes-namespace': 'ml',
      'backstage.io/kubernetes-cluster': 'k3s',
      [PIPELINE_ANNOTATION]: 'ssh-anomalies',
    });
  });
});
