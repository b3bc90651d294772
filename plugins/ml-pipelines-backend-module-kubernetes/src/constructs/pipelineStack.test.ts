import { createBuiltinCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import { kubernetesFactsSchema } from '../facts';
import { kubernetesTargetConfigSchema } from '../targetConfig';
import { objectsOf, resourcesOf } from '../testing/stacks';
import {
  batchPipeline,
  servePipeline,
  streamPipeline,
} from '../testing/pipelines';
import { addPipelineObjects, PipelineStackOptions } from './pipelineStack';

const catalogue = createBuiltinCatalogue();

function stackOf(
  document: PipelineDocument,
  mode: PipelineStackOptions['mode'],
  {
    config = {},
    facts = {},
    ...options
  }: {
    config?: object;
    facts?: object;
  } & Partial<Omit<PipelineStackOptions, 'config' | 'facts'>> = {},
) {
  return synthesizeStack({
    name: 'test',
    build: scope =>
      addPipelineObjects(scope, {
        target: 'cluster',
        config: kubernetesTargetConfigSchema.parse(config),
        image: {
          reference: 'registry.example.com/pipeline-runtime:1',
          pullPolicy: 'IfNotPresent',
        },
        pipeline: document.metadata.name,
        revision: 3,
        release: 'r3-abc',
        document,
        mode,
        catalogue,
        hasEnvironment: false,
        facts: kubernetesFactsSchema.parse({
          version: 'v1.36.3',
          monitoring: { serviceMonitor: false, prometheusRule: false },
          ...facts,
        }),
        ...options,
      }),
  });
}

const endpointOf = (stack: ReturnType<typeof stackOf>) =>
  (stack.output as { endpoint?: { value: string } } | undefined)?.endpoint
    ?.value;

/** Objects without the document, which is another one with each default of its schema. */
function shown(stack: ReturnType<typeof stackOf>) {
  const objects = objectsOf(stack);
  const text = JSON.stringify(objects, (key, value) =>
    key === 'pipeline.json' ? '<document>' : value,
  );
  const [id] = Object.keys(objects).filter(name =>
    name.startsWith('document-'),
  );
  return JSON.parse(text.replaceAll(id.slice('document-'.length), '<digest>'));
}

describe('golden pipelines', () => {
  it('serves with autoscaling, behind an Ingress with TLS', () => {
    const stack = stackOf(
      servePipeline({
        compute: {
          cpu: 1.5,
          memoryMiB: 2048,
          replicas: 2,
          autoscaling: { maxReplicas: 6, targetCpuPercent: 60 },
        },
      }),
      'serve',
      {
        config: {
          exposure: {
            type: 'Ingress',
            host: '{pipeline}.apps.example.com',
            ingressClassName: 'traefik',
            clusterIssuer: 'letsencrypt',
          },
        },
        secretsVersion: '0123456789abcdef',
        hasEnvironment: true,
        model: { version: '4', digest: `sha256:${'a'.repeat(64)}` },
        exchangeUrl: 'https://portal.example.com/api/ml-pipelines/exchange/x',
      },
    );
    expect(shown(stack)).toMatchSnapshot();
    expect(endpointOf(stack)).toBe('https://ssh-anomalies.apps.example.com');
  });

  it('serves on GPUs, at a port of nodes', () => {
    const stack = stackOf(
      servePipeline({
        compute: { replicas: 3, gpu: { count: 2, type: 'NVIDIA A40 (PCIe)' } },
      }),
      'serve',
      {
        config: {
          exposure: { type: 'NodePort' },
          image: { pullSecret: 'registry' },
          gpu: {
            runtimeClassName: 'nvidia',
            tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
          },
          nodeSelector: { pool: 'ml' },
          networkPolicy: { enabled: false },
        },
        image: {
          reference: 'registry.example.com/pipeline-runtime:1',
          pullPolicy: 'Always',
          pullSecret: 'registry',
        },
        facts: { nodePorts: { http: 31234 }, address: '2001:db8::1' },
      },
    );
    expect(shown(stack)).toMatchSnapshot();
    expect(endpointOf(stack)).toBe('http://[2001:db8::1]:31234');
  });

  it('streams from syslog, with the volume that is there', () => {
    const stack = stackOf(streamPipeline(), 'stream', {
      config: { storage: { className: 'fast', sizeGiB: 20 } },
      facts: {
        volume: { className: 'local-path', size: '5Gi' },
        nodePorts: { 'udp-5514': 31514 },
      },
    });
    expect(shown(stack)).toMatchSnapshot();
    expect(endpointOf(stack)).toBe('http://ssh-anomalies.ml-pipelines.svc');
  });

  it('keeps a batch ready for its schedule', () => {
    const stack = stackOf(batchPipeline(), 'batch', {
      exchangeUrl: 'https://portal.example.com/api/ml-pipelines/exchange/x',
    });
    expect(shown(stack)).toMatchSnapshot();
    expect(endpointOf(stack)).toBeUndefined();
  });
});

it('needs nothing but what the provider of that version has', () => {
  const { terraform, provider, resource } = stackOf(servePipeline(), 'serve');
  expect(terraform).toMatchObject({
    required_providers: {
      kubectl: { source: 'gavinbunney/kubectl', version: '1.19.0' },
    },
  });
  expect(provider).toEqual({ kubectl: [{ load_config_file: false }] });
  expect(Object.keys(resource as object)).toEqual(['kubectl_manifest']);
});

it('keeps documents when the stack goes, and nothing else', () => {
  const kept = Object.entries(
    resourcesOf(stackOf(streamPipeline(), 'stream')),
  ).filter(([, resource]) => resource.apply_only);
  expect(kept.map(([id]) => id)).toEqual([
    expect.stringMatching(/^document-[0-9a-f]{8}$/),
  ]);
});

describe('text of people', () => {
  const nasty = [
    '${path.module} %{ if true } $${x} %%{y} $(HOME)',
    '"quotes" \'and\' \\ back\\slashes \\n',
    'lines\nand\ttabs\r\n--- \n: - #',
    '\u2028 \u0085 \ufeff émoji 🤖 \u0007',
  ].join(' ');

  it('arrives in the document unchanged, and as no expression', () => {
    const document = servePipeline({
      description: nasty,
      environment: [{ name: 'TEMPLATE', value: nasty }],
    });
    const stack = stackOf(document, 'serve');
    const [id] = Object.keys(objectsOf(stack)).filter(name =>
      name.startsWith('document-'),
    );
    const { data } = objectsOf(stack)[id] as unknown as {
      data: Record<string, string>;
    };
    expect(JSON.parse(data['pipeline.json'])).toEqual(document);
    const body = resourcesOf(stack)[id].yaml_body;
    expect(body).not.toMatch(/(?<!\$)\$\{/);
    expect(body).not.toMatch(/(?<!%)%\{/);
  });
});

it('gives every object its pipeline, and pods their revision', () => {
  const name = `a${'b'.repeat(38)}c`;
  const objects = Object.values(
    objectsOf(stackOf(streamPipeline({ name }), 'stream')),
  );
  expect(objects.length).toBeGreaterThan(4);
  for (const { metadata } of objects) {
    expect(metadata).toMatchObject({
      namespace: 'ml-pipelines',
      labels: {
        'app.kubernetes.io/managed-by': 'ml-pipelines',
        'mlpipe.io/pipeline': name,
        'backstage.io/kubernetes-id': name,
      },
      annotations: { 'mlpipe.io/target': 'cluster' },
    });
  }
});

it('rolls pods over exactly when they would be others', () => {
  const templateOf = (
    document: PipelineDocument,
    options: Parameters<typeof stackOf>[2] = {},
  ) =>
    JSON.stringify(
      (
        objectsOf(stackOf(document, 'serve', options))
          .deployment as unknown as {
          spec: { template: object };
        }
      ).spec.template,
    );
  const before = templateOf(servePipeline());
  expect(templateOf(servePipeline())).toBe(before);
  expect(templateOf(servePipeline({ title: 'Another' }))).not.toBe(before);
  expect(templateOf(servePipeline(), { facts: { address: '192.0.2.1' } })).toBe(
    before,
  );
  expect(templateOf(servePipeline(), { release: 'again' })).not.toBe(before);
});
