import type { JsonObject } from '@backstage/types';
import type {
  KubernetesListObject,
  KubernetesObject,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaimList,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import {
  StandaloneNotes,
  synthesizeStack,
} from '@mlpipe/plugin-ml-pipelines-node';
import { core, group, selecting } from './paths';
import {
  describeWithCluster,
  kubeconfigPath,
  TestTarget,
} from './testing/cluster';
import {
  batchPipeline,
  servePipeline,
  streamPipeline,
} from './testing/pipelines';
import { objectsOf } from './testing/stacks';
import type { TerraformFolder, TerraformResult } from './testing/terraform';

jest.setTimeout(180_000);

const SECRETS = {
  environment: { TOKEN: 'a secret of the test' },
  apiKeysSha256: ['0'.repeat(64)],
};

/** Collections of what belongs to pipelines, apart from events. */
const RESOURCES: Array<[version: string, plural: string, kind: string]> = [
  ['v1', 'services', 'Service'],
  ['v1', 'configmaps', 'ConfigMap'],
  ['v1', 'secrets', 'Secret'],
  ['v1', 'pods', 'Pod'],
  ['v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'],
  ['apps/v1', 'deployments', 'Deployment'],
  ['apps/v1', 'statefulsets', 'StatefulSet'],
  ['apps/v1', 'replicasets', 'ReplicaSet'],
  ['autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy'],
  ['networking.k8s.io/v1', 'ingresses', 'Ingress'],
  ['batch/v1', 'cronjobs', 'CronJob'],
  ['batch/v1', 'jobs', 'Job'],
];

const collection = (namespace: string, [version, plural]: string[]) =>
  version === 'v1'
    ? core(namespace, plural)
    : group(version, namespace, plural);

/** Names the output in the failure. */
const expectDone = (result: TerraformResult) =>
  expect([result.code, result.code === 0 ? '' : result.output]).toEqual([
    0,
    '',
  ]);

describeWithCluster('a driver with a real API server', () => {
  let target: TestTarget;

  beforeAll(async () => {
    target = TestTarget.create();
    await target.prepare();
  });
  afterAll(() => target.dispose());

  async function left(on: TestTarget, pipeline: string): Promise<string[]> {
    const query = selecting({ 'mlpipe.io/pipeline': pipeline });
    const lists = await Promise.all(
      RESOURCES.map(async resource => {
        const path = collection(on.connection.namespace, resource);
        const { items } = await on.connection.get<
          KubernetesListObject<KubernetesObject>
        >(`${path}?${query}`);
        return items
          .filter(({ metadata }) => !metadata?.deletionTimestamp)
          .map(({ metadata }) => `${resource[1]}/${metadata?.name}`);
      }),
    );
    return lists.flat();
  }

  /** What a deployment of the portal does, short of waiting. */
  async function deploy(
    on: TestTarget,
    folder: TerraformFolder,
    document: PipelineDocument,
    overrides: Parameters<TestTarget['request']>[1] = {},
  ): Promise<JsonObject> {
    const asked = { secretsVersion: 'v1', ...overrides };
    const stack = on.stackOf(await on.request(document, asked));
    await folder.write(stack);
    await on.driver.handOverSecrets({
      pipeline: document.metadata.name,
      target: on.ref,
      version: asked.secretsVersion,
      secrets: SECRETS,
    });
    expectDone(await folder.apply());
    return stack;
  }

  /** What the portal does to remove a pipeline with its data. */
  async function remove(
    on: TestTarget,
    folder: TerraformFolder,
    { metadata }: PipelineDocument,
  ): Promise<void> {
    const workload = { pipeline: metadata.name, target: on.ref };
    expectDone(await folder.destroy());
    await on.driver.takeBackSecrets(workload);
    await on.driver.removeData(workload);
    // What they owned is collected as garbage.
    for (let rest = await left(on, metadata.name); rest.length > 0; ) {
      expect(rest.every(name => /^(pods|replicasets)\//.test(name))).toBe(true);
      await new Promise(done => setTimeout(done, 50));
      rest = await left(on, metadata.name);
    }
  }

  const golden: Array<[name: string, document: PipelineDocument]> = [
    [
      'an endpoint',
      servePipeline({ secrets: [{ env: 'TOKEN', name: 'token' }] }),
    ],
    [
      'an endpoint with autoscaling and GPUs',
      servePipeline({
        compute: {
          replicas: 2,
          autoscaling: { maxReplicas: 4 },
          gpu: { count: 1, type: 'NVIDIA A40' },
        },
      }),
    ],
    ['a stream', streamPipeline()],
    ['a batch', batchPipeline()],
  ];

  it.each(golden.filter(([name]) => !name.includes('GPU')))(
    'plans nothing when %s is deployed again as it runs, unless it has to',
    async (_name, document) => {
      const folder = await target.folder();
      await deploy(target, folder, document);
      const again = (overrides: Parameters<TestTarget['request']>[1]) =>
        target.request(document, { secretsVersion: 'v1', ...overrides });
      // It counts as running once it has come up.
      const unchanged = await target.eventually(async () => {
        const request = await again({ release: 'second' });
        return request.facts.release === 'first' ? request : undefined;
      });
      await folder.write(target.stackOf(unchanged));
      expectDone(await folder.plan());
      for (const other of [
        await again({ release: 'third', force: true }),
        await again({ release: 'fourth', revision: 2 }),
      ]) {
        await folder.write(target.stackOf(other));
        expect(await folder.plan()).toMatchObject({ code: 2 });
      }
      await remove(target, folder, document);
    },
  );

  it.each(golden)(
    'deploys %s, plans nothing the second time, and leaves nothing',
    async (_name, document) => {
      const folder = await target.folder();
      await deploy(target, folder, document);
      expect(await left(target, document.metadata.name)).toContain(
        `secrets/${document.metadata.name}-keys`,
      );
      await folder.write(
        target.stackOf(
          await target.request(document, { secretsVersion: 'v1' }),
        ),
      );
      expectDone(await folder.plan());
      await remove(target, folder, document);
    },
  );

  it.each([
    [{ type: 'proxy' }],
    [{ type: 'NodePort' }],
    [{ type: 'LoadBalancer' }],
    [
      {
        type: 'Ingress',
        host: '{pipeline}.apps.example.com',
        tlsSecret: 'apps',
      },
    ],
  ])(
    'makes objects without any mistake for an exposure by %p',
    async exposure => {
      const { name } = target.ref.config.namespace;
      const exposed = TestTarget.create({
        namespace: { name, create: false },
        exposure,
        nodeSelector: { pool: 'ml' },
        tolerations: [{ key: 'ml', operator: 'Exists', effect: 'NoSchedule' }],
        gpu: { runtimeClassName: 'nvidia' },
      });
      const accepted: string[] = [];
      for (const [, document] of golden) {
        const stack = exposed.stackOf(
          await exposed.request(document, {
            exchangeUrl: 'https://portal.example.com/exchange',
            model: { version: '1', digest: `sha256:${'a'.repeat(64)}` },
          }),
        );
        for (const object of Object.values(objectsOf(stack))) {
          const resource = RESOURCES.find(([, , kind]) => kind === object.kind);
          await exposed.connection.post(
            `${collection(
              name,
              resource ?? [],
            )}?dryRun=All&fieldValidation=Strict`,
            object,
          );
          accepted.push(String(object.kind));
          const template = podTemplateOf(object);
          if (template) {
            // Pod Security looks at pods themselves, and only warns before.
            const { runtimeClassName: _, ...spec } = template.spec!;
            const labels = template.metadata?.labels;
            const { volumeClaimTemplates: claims = [] } = (
              object as V1StatefulSet
            ).spec as Partial<NonNullable<V1StatefulSet['spec']>>;
            const claimed = claims.map(({ metadata }) => ({
              name: metadata!.name!,
              persistentVolumeClaim: { claimName: 'any' },
            }));
            await exposed.connection.post(
              `${core(name, 'pods')}?dryRun=All&fieldValidation=Strict`,
              {
                apiVersion: 'v1',
                kind: 'Pod',
                metadata: { generateName: 'dry-', labels },
                spec: { ...spec, volumes: [...spec.volumes!, ...claimed] },
              },
            );
            accepted.push('Pod');
          }
        }
      }
      expect(new Set(accepted)).toEqual(
        new Set([
          'ConfigMap',
          'CronJob',
          'Deployment',
          'HorizontalPodAutoscaler',
          'NetworkPolicy',
          'Pod',
          'PodDisruptionBudget',
          'Service',
          'StatefulSet',
          ...(exposure.type === 'Ingress' ? ['Ingress'] : []),
        ]),
      );
    },
  );

  it('lets pods in that are restricted, and no others', async () => {
    const { name } = target.ref.config.namespace;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'root-' },
      spec: { containers: [{ name: 'c', image: 'localhost/x' }] },
    };
    await expect(
      target.connection.post(`${core(name, 'pods')}?dryRun=All`, pod),
    ).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it('brings any text to the pods as it was written', async () => {
    const nasty = [
      '${path.module} $${path.module} $$${x} %{ if true } %%{y} $(HOME) {{ z }}',
      '"quotes" \'and\' \\ back\\slashes \\n \\${x}',
      'lines\nand\ttabs\r\n--- \n: - # &a *a !!x',
      '\u2028 \u0085 \ufeff \u0007 émoji 🤖',
    ].join(' ');
    const document = servePipeline({
      name: `n${'a'.repeat(38)}z`,
      description: nasty,
      environment: [
        { name: 'NASTY', value: nasty },
        ...Array.from({ length: 7 }, (_, index) => ({
          name: `LONG_${index}`,
          value: '${x}é'.repeat(5_000),
        })),
      ],
    });
    expect(JSON.stringify(document).length).toBeGreaterThan(170_000);
    const folder = await target.folder();
    await deploy(target, folder, document);
    const query = selecting({ 'mlpipe.io/pipeline': document.metadata.name });
    const { items } = await target.connection.get<
      KubernetesListObject<KubernetesObject & { data: Record<string, string> }>
    >(`${core(target.connection.namespace, 'configmaps')}?${query}`);
    expect(items.map(({ data }) => JSON.parse(data['pipeline.json']))).toEqual([
      document,
    ]);
    expectDone(await folder.plan());
    await remove(target, folder, document);
  });

  it('works in a namespace with the longest name', async () => {
    const long = TestTarget.create({
      namespace: {
        name: `${target.ref.name}-${'x'.repeat(50)}`,
        quota: { cpu: 2.5, memoryGiB: 8, gpu: 0, pods: 5, storageGiB: 20 },
      },
    });
    try {
      expect(long.connection.namespace).toHaveLength(63);
      await long.prepare();
      const folder = await long.folder();
      const document = streamPipeline({ name: 'long' });
      await deploy(long, folder, document);
      expectDone(await folder.plan());
      await remove(long, folder, document);
    } finally {
      await long.dispose();
    }
  });

  it.each(golden)(
    'plans %s before its namespace is there',
    async (_name, document) => {
      const first = TestTarget.create({
        exposure: { type: 'NodePort', nodeAddress: 'node.example.com' },
      });
      try {
        const planned = await first.request(document);
        await first.prepare();
        const folder = await first.folder();
        expect(await deploy(first, folder, document)).toEqual(
          first.stackOf({ ...planned, secretsVersion: 'v1' }),
        );
        await remove(first, folder, document);
      } finally {
        await first.dispose();
      }
    },
  );

  it('keeps the volume of a stream, whatever the target says later', async () => {
    const { name } = target.ref.config.namespace;
    const document = streamPipeline({ name: 'kept' });
    const claims = async () => {
      const { items } =
        await target.connection.get<V1PersistentVolumeClaimList>(
          `${core(name, 'persistentvolumeclaims')}?${selecting({
            'mlpipe.io/pipeline': 'kept',
          })}`,
        );
      return items
        .filter(({ metadata }) => !metadata?.deletionTimestamp)
        .map(({ metadata, spec }) => [
          metadata?.uid,
          spec?.resources?.requests?.storage,
        ]);
    };
    const folder = await target.folder();
    await deploy(target, folder, document);
    const made = await target.eventually(async () => {
      const found = await claims();
      return found.length === 1 ? found : undefined;
    });
    expect(made[0][1]).toBe('10Gi');

    const larger = TestTarget.create({
      namespace: { name, create: false },
      storage: { className: 'another', sizeGiB: 50 },
    });
    // The same target with other settings.
    larger.ref.name = target.ref.name;
    await deploy(larger, folder, document, { revision: 2, release: 'second' });
    expect(await claims()).toEqual(made);
    const set = await target.connection.get<V1StatefulSet>(
      group('apps/v1', name, 'statefulsets', 'kept'),
    );
    expect(set.metadata?.annotations).toMatchObject({
      'mlpipe.io/revision': '2',
      'mlpipe.io/release': 'second',
    });

    // Removed without its data, and deployed again: the volume is there still.
    expectDone(await folder.destroy());
    expect(await claims()).toEqual(made);
    await deploy(larger, folder, document, { revision: 3, release: 'third' });
    expect(await claims()).toEqual(made);
    await remove(target, folder, document);
    await larger.connection.close();
    await larger.driver.close();
  });

  it('keeps the number of pods when an autoscaler takes over and when it goes', async () => {
    const { name } = target.ref.config.namespace;
    const path = group('apps/v1', name, 'deployments', 'scaled');
    const replicas = async () =>
      (await target.connection.get<V1Deployment>(path)).spec?.replicas;
    const folder = await target.folder();
    const fixed = servePipeline({ name: 'scaled', compute: { replicas: 3 } });
    await deploy(target, folder, fixed);
    expect(await replicas()).toBe(3);

    const scaled = servePipeline({
      name: 'scaled',
      compute: { replicas: 2, autoscaling: { maxReplicas: 5 } },
    });
    const resourceVersion = (await target.connection.get<V1Deployment>(path))
      .metadata?.resourceVersion;
    const watch = await target.connection.request(
      `${group(
        'apps/v1',
        name,
        'deployments',
      )}?watch=1&fieldSelector=metadata.name%3Dscaled&resourceVersion=${resourceVersion}&timeoutSeconds=20`,
    );
    await deploy(target, folder, scaled, { revision: 2, release: 'second' });
    await target.connection.patch(`${path}/scale`, { spec: { replicas: 4 } });
    const asked = { secretsVersion: 'v1', revision: 2, release: 'second' };
    await folder.write(target.stackOf(await target.request(scaled, asked)));
    expectDone(await folder.plan());
    expect(await replicas()).toBe(4);
    await deploy(target, folder, scaled, { revision: 3, release: 'third' });
    expect(await replicas()).toBe(4);
    await deploy(target, folder, fixed, { revision: 4, release: 'fourth' });
    expect(await replicas()).toBe(3);

    // At no moment there was another number.
    await target.connection.delete(path);
    const seen: Array<number | undefined> = [];
    let text = '';
    for await (const chunk of watch.body!) {
      text += Buffer.from(chunk).toString('utf8');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      const events = lines.map(line => JSON.parse(line));
      seen.push(...events.map(({ object }) => object.spec.replicas));
      if (events.some(({ type }) => type === 'DELETED')) {
        break;
      }
    }
    expect(seen.filter((number, index) => number !== seen[index - 1])).toEqual([
      3, 4, 3,
    ]);
    await remove(target, folder, fixed);
  });

  it('names the port of nodes in the first plan already', async () => {
    const { name } = target.ref.config.namespace;
    const exposed = TestTarget.create({
      namespace: { name, create: false },
      exposure: { type: 'NodePort', nodeAddress: 'node.example.com' },
    });
    exposed.ref.name = target.ref.name;
    const document = servePipeline({ name: 'ports' });
    const folder = await exposed.folder();
    const endpointOf = (stack: JsonObject) =>
      (stack.output as { endpoint: { value: string } }).endpoint.value;
    const planned = endpointOf(await deploy(exposed, folder, document));
    expect(planned).toMatch(/^http:\/\/node\.example\.com:3\d{4}$/);
    const { spec } = await exposed.connection.get<V1Service>(
      core(name, 'services', 'ports'),
    );
    expect(spec?.ports?.[0].nodePort).toBe(Number(new URL(planned).port));
    const again = exposed.stackOf(
      await exposed.request(document, { secretsVersion: 'v1' }),
    );
    expect(endpointOf(again)).toBe(planned);
    await remove(exposed, folder, document);

    // One that somebody else has is not taken.
    await exposed.connection.post(core(name, 'services'), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'foreign' },
      spec: {
        type: 'NodePort',
        ports: [{ port: 80, nodePort: Number(new URL(planned).port) }],
      },
    });
    const other = exposed.stackOf(await exposed.request(document));
    expect(endpointOf(other)).toMatch(/^http:\/\/node\.example\.com:3\d{4}$/);
    expect(endpointOf(other)).not.toBe(planned);
    await exposed.connection.delete(core(name, 'services', 'foreign'));
    await exposed.connection.close();
    await exposed.driver.close();
  });

  it.each(golden)(
    'exports a stack with which %s runs without the portal',
    async (_name, document) => {
      const { namespace } = target.connection;
      const pipeline = document.metadata.name;
      const folder = await target.folder({ KUBECONFIG: kubeconfigPath! });
      let notes: StandaloneNotes | undefined;
      const stack = synthesizeStack({
        name: pipeline,
        backend: 'none',
        build: scope => {
          notes = target.driver.buildStandaloneStack(scope, {
            pipeline,
            target: target.ref,
            document,
            revision: 2,
            release: 'r2',
          });
        },
      });
      expect(notes?.secrets).toContain(`${pipeline}-keys`);
      await folder.write(stack);
      const variables = [
        ...['-var', `namespace=${namespace}`, '-var', 'image=localhost/x:"2"'],
        ...['-var', 'image_pull_secret=registry'],
        ...['-var', 'service_type=NodePort'],
      ];
      expectDone(
        await folder.terraform('apply', '-auto-approve', ...variables),
      );
      expectDone(
        await folder.terraform('plan', '-detailed-exitcode', ...variables),
      );
      const templates = (
        await Promise.all(
          [
            group('apps/v1', namespace, 'deployments', pipeline),
            group('apps/v1', namespace, 'statefulsets', pipeline),
          ].map(path => target.connection.find<V1Deployment>(path)),
        )
      ).flatMap(found => (found?.spec ? [found.spec.template.spec] : []));
      expect(
        templates.map(spec => [
          spec?.containers[0].image,
          spec?.imagePullSecrets,
        ]),
      ).toEqual(
        document.spec.schedule
          ? []
          : [['localhost/x:"2"', [{ name: 'registry' }]]],
      );
      // The portal keeps its hands off.
      await expect(target.request(document)).rejects.toThrow(
        /belongs to .* of target "export"/,
      );
      expectDone(
        await folder.terraform('destroy', '-auto-approve', ...variables),
      );
      await target.driver.takeBackSecrets({ pipeline, target: target.ref });
      await target.driver.removeData({ pipeline, target: target.ref });
    },
  );

  it('goes back to the image with which an older revision ran', async () => {
    const { name } = target.ref.config.namespace;
    const document = servePipeline({ name: 'back' });
    const imageOf = async () => {
      const { spec } = await target.connection.get<V1Deployment>(
        group('apps/v1', name, 'deployments', 'back'),
      );
      return spec?.template.spec?.containers[0].image;
    };
    const folder = await target.folder();
    await deploy(target, folder, document);
    const good = await imageOf();
    const bad = TestTarget.create({
      namespace: { name, create: false },
      image: { tag: 'bad' },
    });
    bad.ref.name = target.ref.name;
    const settled = (revision: number) =>
      target.eventually(async () => {
        const { items } = await target.connection.get<
          KubernetesListObject<V1ReplicaSet>
        >(
          `${group('apps/v1', name, 'replicasets')}?${selecting({
            'mlpipe.io/pipeline': 'back',
          })}`,
        );
        return items.length >= revision ? true : undefined;
      });
    await settled(1);
    await deploy(bad, folder, document, { revision: 2, release: 'second' });
    expect(await imageOf()).not.toBe(good);
    await settled(2);
    await deploy(bad, folder, document, { revision: 1, release: 'third' });
    expect(await imageOf()).toBe(good);
    await settled(3);
    await deploy(bad, folder, document, {
      revision: 1,
      release: 'fourth',
      force: true,
    });
    expect(await imageOf()).not.toBe(good);
    await remove(target, folder, document);
    await bad.connection.close();
    await bad.driver.close();
  });

  it.each([
    ['that nobody manages', {}, {}, /Service "taken".*has not made/],
    [
      'of another pipeline',
      { 'mlpipe.io/pipeline': 'other' },
      {},
      /belongs to pipeline "other"/,
    ],
    [
      'of another target',
      { 'mlpipe.io/pipeline': 'taken' },
      { 'mlpipe.io/target': 'elsewhere' },
      /of target "elsewhere"/,
    ],
  ])(
    'leaves an object %s as it is',
    async (_name, labels, annotations, message) => {
      const { name } = target.ref.config.namespace;
      await target.connection.post(core(name, 'services'), {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'taken', labels, annotations },
        spec: { ports: [{ port: 80 }] },
      });
      try {
        await expect(
          target.request(servePipeline({ name: 'taken' })),
        ).rejects.toThrow(
          expect.objectContaining({
            name: 'ConflictError',
            message: expect.stringMatching(message),
          }),
        );
      } finally {
        await target.connection.delete(core(name, 'services', 'taken'));
      }
    },
  );

  it('deletes documents and variables that nothing needs any more', async () => {
    const named = (title: string) =>
      servePipeline({
        name: 'tidy',
        title,
        secrets: [{ env: 'TOKEN', name: 'token' }],
      });
    const folder = await target.folder();
    const kept = async () =>
      (await left(target, 'tidy')).filter(name =>
        /^(configmaps|secrets)/.test(name),
      ).length;
    await deploy(target, folder, named('One'), { secretsVersion: 'v1' });
    expect(await kept()).toBe(3);
    await deploy(target, folder, named('Two'), {
      secretsVersion: 'v2',
      revision: 2,
      release: 'second',
    });
    // The first one can be gone back to.
    await target.request(named('Two'), { secretsVersion: 'v2' });
    expect(await kept()).toBe(5);
    const { namespace } = target.connection;
    const path = group('apps/v1', namespace, 'replicasets');
    const query = selecting({ 'mlpipe.io/pipeline': 'tidy' });
    await target.eventually(async () => {
      const { items } = await target.connection.get<
        KubernetesListObject<V1ReplicaSet>
      >(`${path}?${query}`);
      return items.length === 2 ? items : undefined;
    });
    await target.connection.delete(`${path}?${query}`);
    await target.connection.delete(`${core(namespace, 'pods')}?${query}`);
    // The Deployment makes another one for what it shall run.
    await target.eventually(async () => {
      await target.request(named('Two'), { secretsVersion: 'v2' });
      return (await kept()) === 3 ? true : undefined;
    });
    await remove(target, folder, named('One'));
  });
});

/** The template of what brings pods up. */
function podTemplateOf(object: object): V1PodTemplateSpec | undefined {
  const { spec } = object as {
    spec?: {
      template?: V1PodTemplateSpec;
      jobTemplate?: { spec?: V1Job['spec'] };
    };
  };
  return spec?.template ?? spec?.jobTemplate?.spec?.template;
}
