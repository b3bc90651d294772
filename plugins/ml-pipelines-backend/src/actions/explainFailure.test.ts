import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { NotFoundError } from '@backstage/errors';
import type {
  Deployment,
  PipelineDetail,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import type { ActionsOptions } from './ActionsOptions';
import { registerExplainFailure } from './explainFailure';

const pipeline = {
  name: 'ssh',
  target: 'here',
  status: 'running',
  revision: 4,
  deployedRevision: 3,
  document: {},
} as PipelineDetail;

const status = (own: Partial<WorkloadStatus>): WorkloadStatus => ({
  phase: 'running',
  replicas: { wanted: 1, ready: 1, items: [] },
  conditions: [],
  observedAt: '',
  ...own,
});

const deployment = (own: Partial<Deployment>) =>
  ({
    id: 'd1',
    pipeline: 'ssh',
    action: 'deploy',
    revision: 3,
    target: 'here',
    state: 'failed',
    ...own,
  } as Deployment);

describe('explain-failure', () => {
  function setup(options: {
    pipeline?: PipelineDetail;
    status?: WorkloadStatus;
    deployments?: Deployment[];
    firing?: Array<{ rule: string; summary: string }>;
    log?: Array<{ level: 'info' | 'warning' | 'error'; message: string }>;
    collect?: ActionsOptions['workloadSecrets']['collect'];
  }) {
    const actionsRegistry = actionsRegistryServiceMock();
    const driver = new FakeTargetDriver();
    driver.logLines.set(
      'ssh',
      (options.log ?? []).map(({ level, message }, index) => ({
        cursor: String(index),
        time: '2026-01-01T00:00:00Z',
        level,
        message,
      })),
    );
    const all = options.deployments ?? [];
    const find = async (id: string) => {
      const found = all.find(other => other.id === id);
      if (!found) {
        throw new NotFoundError(`Deployment ${id} does not exist.`);
      }
      return found;
    };
    registerExplainFailure({
      actionsRegistry,
      auditor: mockServices.auditor.mock({
        createEvent: async () => ({
          success: async () => {},
          fail: async () => {},
        }),
      }),
      authorizer: { check: async () => {} },
      pipelines: {
        get: async () => options.pipeline ?? pipeline,
        getRevision: async () => undefined,
      },
      observer: { observe: async () => options.status ?? status({}) },
      alerts: {
        list: async () => ({ items: options.firing ?? [], totalItems: 0 }),
      },
      deployments: {
        find,
        get: find,
        list: async () => ({ items: all.slice(0, 1), totalItems: all.length }),
        readLog: async (_: string, { after }: { after: number }) => ({
          items: after
            ? []
            : [
                { level: 'info', step: 'plan', message: 'fine' },
                { level: 'error', step: 'apply', message: 'no space left' },
              ],
          next: 2,
          state: 'failed',
        }),
      },
      targets: {
        get: async (name: string) => ({
          target: {},
          driver,
          ref: { name, config: { ready: true } },
        }),
      },
      apiKeys: { reveal: async () => 'key-0123456789' },
      workloadSecrets: {
        collect:
          options.collect ??
          (async () => ({
            version: '1',
            secrets: { environment: { TOKEN: 'hunter2hunter2' } },
          })),
      },
    } as unknown as ActionsOptions);
    return async (input: object = {}) => {
      const { output } = await actionsRegistry.invoke({
        id: 'test:explain-failure',
        input: { name: 'ssh', ...input },
        credentials: mockCredentials.user(),
      });
      return output;
    };
  }

  it('says why the last deployment failed, where, and what to do', async () => {
    const explain = setup({
      deployments: [
        deployment({
          failure: {
            code: 'runtime.crashed',
            message: 'The file /var/log/auth.log does not exist.',
            hint: 'Give the path of a file that the target can read.',
            node: 'source',
            excerpt: ['FileNotFoundError: /var/log/auth.log'],
          },
        }),
      ],
    });
    expect(await explain()).toEqual({
      failing: true,
      subject: 'deployment',
      summary:
        'The deployment of revision 3 of "ssh" to target "here" failed at node "source": The file /var/log/auth.log does not exist.',
      cause: 'The file /var/log/auth.log does not exist.',
      node: 'source',
      code: 'runtime.crashed',
      nextStep: 'Give the path of a file that the target can read.',
      excerpt: ['FileNotFoundError: /var/log/auth.log'],
      alerts: [],
      link: '/catalog/default/component/ssh/deployments?deployment=d1',
    });
  });

  it('shows the errors of its log where the failure has no excerpt', async () => {
    const explain = setup({ deployments: [deployment({})] });
    expect(await explain()).toMatchObject({
      failing: true,
      excerpt: ['apply: no space left'],
    });
  });

  it('explains a deployment by its id, also one that waits', async () => {
    const explain = setup({
      deployments: [
        deployment({ id: 'new', state: 'succeeded' }),
        deployment({
          id: 'old',
          state: 'awaiting_approval',
          wait: { since: '', reason: 'It costs 3 EUR.', wayOut: 'Approve it.' },
        }),
      ],
    });
    expect(await explain({ deployment: 'old' })).toMatchObject({
      failing: false,
      subject: 'deployment',
      summary: expect.stringContaining('it is awaiting approval'),
      cause: 'It costs 3 EUR.',
      nextStep: 'Approve it.',
    });
    await expect(explain({ deployment: 'none' })).rejects.toThrow(
      'Deployment none does not exist.',
    );
  });

  it('explains what crashes from its last words, without secrets', async () => {
    const explain = setup({
      status: status({
        phase: 'failed',
        lastError: { message: 'Login refused', node: 'source' },
      }),
      log: [
        { level: 'info', message: 'starting' },
        { level: 'error', message: 'login with hunter2hunter2 refused' },
        { level: 'warning', message: 'called with key-0123456789' },
      ],
    });
    const explanation = await explain();
    expect(explanation).toMatchObject({
      failing: true,
      subject: 'workload',
      summary:
        'Revision 3 of "ssh" on target "here" does not run: node "source" fails.',
      cause: 'Login refused',
      node: 'source',
      nextStep: expect.stringContaining('parameters of node "source"'),
      excerpt: [
        expect.stringMatching(/error login with \*+ refused$/),
        expect.stringMatching(/warning called with \*+$/),
      ],
    });
    expect(JSON.stringify(explanation)).not.toMatch(/hunter2|key-0123/);
  });

  it('shows no log that it cannot mask', async () => {
    const explain = setup({
      status: status({ phase: 'failed' }),
      log: [{ level: 'error', message: 'hunter2hunter2' }],
      collect: async () => {
        throw new NotFoundError('There is no secret "token"');
      },
    });
    expect(await explain()).toMatchObject({ failing: true, excerpt: [] });
  });

  it.each([
    ['a silent target', status({ phase: 'unknown' }), /does not answer/, true],
    ['what is gone', status({ phase: 'absent' }), /nothing of it is/, true],
    ['what is well', status({}), /is running; nothing has failed/, false],
  ])('explains %s', async (_, seen, summary, failing) => {
    expect(await setup({ status: seen })()).toMatchObject({
      failing,
      summary: expect.stringMatching(summary),
    });
  });

  it('explains what runs, but not well', async () => {
    const firing = [
      { rule: 'too-many', summary: '40 anomalies per minute, threshold 10' },
    ];
    expect(await setup({ firing })()).toMatchObject({
      failing: true,
      summary: expect.stringContaining('40 anomalies per minute'),
      nextStep: expect.stringContaining('"too-many"'),
      alerts: ['too-many: 40 anomalies per minute, threshold 10'],
    });
    expect(
      await setup({
        pipeline: {
          ...pipeline,
          status: 'degraded',
          statusReason: 'The latency is 900 ms; the objective is 100 ms.',
        },
      })(),
    ).toMatchObject({
      failing: true,
      cause: 'The latency is 900 ms; the objective is 100 ms.',
    });
    expect(
      await setup({
        pipeline: { ...pipeline, deployedRevision: undefined },
      })(),
    ).toMatchObject({
      failing: false,
      summary: 'Nothing of "ssh" is deployed.',
      nextStep: 'Deploy revision 4 when it is wanted.',
    });
  });
});
