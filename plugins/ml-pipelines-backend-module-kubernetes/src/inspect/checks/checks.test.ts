import type { V1Namespace, V1Node } from '@kubernetes/client-node';
import type { ClusterConnection } from '../../client/ClusterConnection';
import { kubernetesTargetConfigSchema } from '../../targetConfig';
import type { CheckContext } from '../Check';
import { whatHoldsUp } from '../targetRemoval';
import { expiryOf } from './checkCredentials';
import { checkMonitoring, Prometheus } from './checkMonitoring';
import { checkNodes } from './checkNodes';
import { checkPortalUrl } from './checkPortalUrl';
import { checkStorage } from './checkStorage';
import { checkVersion } from './checkVersion';

/** A cluster that answers from a table of paths; whatever is missing is not there. */
function contextOf(
  answers: Record<string, unknown>,
  config: object = {},
): CheckContext {
  const find = async (path: string) => answers[path];
  return {
    target: 'edge',
    config: kubernetesTargetConfigSchema.parse({
      namespace: { name: 'ml' },
      ...config,
    }),
    connection: {
      find,
      get: async (path: string) => {
        const answer = answers[path];
        if (answer === undefined) {
          throw Object.assign(new Error(`GET ${path}: forbidden`), {
            name: 'NotAllowedError',
          });
        }
        return answer;
      },
    } as unknown as ClusterConnection,
  };
}

const OPERATOR = {
  '/apis/monitoring.coreos.com': { kind: 'APIGroup' },
};
const SERVERS = '/apis/monitoring.coreos.com/v1/prometheuses';
const prometheus = (spec: Prometheus['spec']): { items: Prometheus[] } => ({
  items: [{ metadata: { name: 'k8s', namespace: 'monitoring' }, spec }],
});
const ALL = {
  serviceMonitorSelector: {},
  serviceMonitorNamespaceSelector: {},
  ruleSelector: {},
  ruleNamespaceSelector: {},
};
const RELEASE = { matchLabels: { release: 'kube-prometheus-stack' } };

describe('monitoring', () => {
  it.each([
    ['there is no operator', {}, {}, 'ok', /not installed/],
    [
      'it is switched off',
      OPERATOR,
      { monitoring: { enabled: 'off' } },
      'ok',
      /Switched off/,
    ],
    ['it may not look', OPERATOR, {}, 'warning', /may not see/],
    [
      'there is no server',
      { ...OPERATOR, [SERVERS]: { items: [] } },
      {},
      'warning',
      /there is no Prometheus/,
    ],
    [
      'everything is selected',
      { ...OPERATOR, [SERVERS]: prometheus(ALL) },
      {},
      'ok',
      /"monitoring\/k8s" finds the pipelines/,
    ],
    [
      'the label is there',
      {
        ...OPERATOR,
        [SERVERS]: prometheus({
          ...ALL,
          serviceMonitorSelector: RELEASE,
          ruleSelector: RELEASE,
        }),
      },
      { monitoring: { labels: { release: 'kube-prometheus-stack' } } },
      'ok',
      /finds the pipelines/,
    ],
  ])('is judged when %s', async (_, answers, config, status, message) => {
    const { check } = await checkMonitoring(contextOf(answers, config));
    expect(check).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      'a missing release label',
      { serviceMonitorSelector: RELEASE },
      'leaves monitors out: it selects release=kube-prometheus-stack',
    ],
    [
      'its own namespace only',
      { serviceMonitorNamespaceSelector: undefined },
      'leaves monitors out: it looks into its own namespace "monitoring" only',
    ],
    [
      'namespaces with a label',
      {
        serviceMonitorNamespaceSelector: {
          matchExpressions: [
            { key: 'team', operator: 'In', values: ['a', 'b'] },
          ],
        },
      },
      'leaves monitors out: it selects namespaces with team In (a, b)',
    ],
    [
      'no selector at all',
      { serviceMonitorSelector: undefined },
      'leaves monitors out: it selects none',
    ],
    [
      'rules of another release',
      { ruleSelector: RELEASE },
      'leaves rules out: it selects release=kube-prometheus-stack',
    ],
  ])('says %s', async (_, spec, detail) => {
    const { check } = await checkMonitoring(
      contextOf({ ...OPERATOR, [SERVERS]: prometheus({ ...ALL, ...spec }) }),
    );
    expect(check.status).toBe('warning');
    expect(check.details).toEqual([`Prometheus "monitoring/k8s" ${detail}`]);
    expect(check.hint).toContain('monitoring.labels');
  });
});

describe('storage', () => {
  const CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
  const classes = {
    [CLASSES]: {
      items: [
        { metadata: { name: 'slow' } },
        {
          metadata: {
            name: 'local-path',
            annotations: {
              'storageclass.kubernetes.io/is-default-class': 'true',
            },
          },
          allowVolumeExpansion: true,
        },
      ],
    },
  };
  it.each([
    ['may not be looked at', {}, {}, 'skipped', /may not look/],
    ['is the default', classes, {}, 'ok', /"local-path" and can grow/],
    [
      'is chosen',
      classes,
      { storage: { className: 'slow' } },
      'ok',
      /"slow", which cannot grow/,
    ],
    [
      'is chosen and not there',
      classes,
      { storage: { className: 'fast' } },
      'failed',
      /no storage class "fast"/,
    ],
    ['is missing', { [CLASSES]: { items: [] } }, {}, 'warning', /has no/],
    [
      'has no default',
      { [CLASSES]: { items: [{ metadata: { name: 'slow' } }] } },
      {},
      'warning',
      /none is chosen/,
    ],
  ])('%s', async (_, answers, config, status, message) => {
    const { check } = await checkStorage(contextOf(answers, config));
    expect(check).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });
});

describe('nodes', () => {
  const node = (
    name: string,
    more: { gpus?: number; cordoned?: boolean; ready?: boolean } = {},
  ): V1Node => ({
    metadata: {
      name,
      labels: more.gpus ? { 'nvidia.com/gpu.product': 'A40' } : {},
    },
    spec: { unschedulable: more.cordoned },
    status: {
      conditions: [
        { type: 'Ready', status: more.ready === false ? 'False' : 'True' },
      ],
      allocatable: {
        cpu: '3500m',
        memory: '8Gi',
        ...(more.gpus && { 'nvidia.com/gpu': String(more.gpus) }),
      },
    },
  });

  it('counts what takes work, and names what does not', async () => {
    const [capacity, gpu] = await checkNodes(
      contextOf({
        '/api/v1/nodes': {
          items: [
            node('a', { gpus: 2 }),
            node('b', { gpus: 1 }),
            node('c', { cordoned: true, gpus: 8 }),
            node('d', { ready: false }),
          ],
        },
      }),
    );
    expect(capacity).toMatchObject({
      check: {
        status: 'warning',
        message: '2 of 4 nodes take work.',
        details: ['c: cordoned', 'd: not ready'],
      },
      found: {
        capacity: {
          nodes: 2,
          cpu: 7,
          memoryBytes: 16 * 2 ** 30,
          gpus: [{ product: 'A40', count: 3 }],
        },
      },
    });
    expect(gpu.check.message).toBe('3 × A40');
  });

  it('says when there is nothing, or nothing to see', async () => {
    const none = await checkNodes(
      contextOf({ '/api/v1/nodes': { items: [] } }),
    );
    expect(none.map(({ check }) => check.status)).toEqual(['failed', 'ok']);
    const blind = await checkNodes(contextOf({}));
    expect(blind.map(({ check }) => check.status)).toEqual([
      'skipped',
      'skipped',
    ]);
  });
});

describe('versions', () => {
  it.each([
    ['29', 'failed'],
    ['30', 'ok'],
    // As some distributions write it.
    ['31+', 'ok'],
  ])('1.%s is %s', (minor, status) => {
    expect(
      checkVersion({ minor, gitVersion: `v1.${minor}` }).check.status,
    ).toBe(status);
  });
});

describe('the way back to the portal', () => {
  it.each([
    ['http://localhost:7007', 'warning'],
    ['http://127.0.0.1:7007', 'warning'],
    ['http://[::1]:7007', 'warning'],
    ['http://portal.localhost', 'warning'],
    ['https://portal.example.com', 'ok'],
    ['http://10.0.0.5:7007', 'ok'],
  ])('%s is %s', (url, status) => {
    expect(checkPortalUrl(url).check.status).toBe(status);
  });
});

describe('credentials that end', () => {
  const withToken = (token: string) =>
    expiryOf({
      kubeConfig: { getCurrentUser: () => ({ name: 'u', token }) } as never,
    });

  it('say so in a JSON Web Token', () => {
    const payload = Buffer.from(
      JSON.stringify({ exp: 1_800_000_000 }),
    ).toString('base64url');
    expect(withToken(`a.${payload}.b`)?.toISOString()).toBe(
      '2027-01-15T08:00:00.000Z',
    );
    expect(withToken('opaque')).toBeUndefined();
    expect(withToken('a.bm90IGpzb24.b')).toBeUndefined();
  });
});

describe('a namespace that is stuck', () => {
  it('names what holds it up', () => {
    const namespace = (status: V1Namespace['status']): V1Namespace => ({
      metadata: { name: 'ml' },
      spec: { finalizers: ['kubernetes'] },
      status,
    });
    expect(
      whatHoldsUp(
        namespace({
          phase: 'Terminating',
          conditions: [
            {
              type: 'NamespaceFinalizersRemaining',
              status: 'True',
              message:
                'Some content in the namespace has finalizers remaining: example.com/held in 1 resource instances',
            },
            {
              type: 'NamespaceContentRemaining',
              status: 'False',
              message: 'x',
            },
          ],
        }),
      ),
    ).toMatch(/"ml" is stuck while it is removed: .*example.com\/held in 1/);
    expect(whatHoldsUp(namespace({ phase: 'Terminating' }))).toContain(
      'the finalisers kubernetes are left',
    );
    expect(whatHoldsUp(namespace({ phase: 'Active' }))).toContain(
      'not being removed',
    );
  });
});
