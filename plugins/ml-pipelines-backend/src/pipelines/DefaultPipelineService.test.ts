import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  createTestAlerting,
  documentWith,
} from '../__testUtils__/createTestAlerting';
import { createAlerting } from '../alerts/createAlerting';
import { DefaultPipelineService } from './DefaultPipelineService';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('DefaultPipelineService', () => {
  async function setup() {
    const test = await createTestAlerting(databases, 'SQLITE_3');
    const { knex, pipelines, send } = test;
    test.see({ anomalies: 50 });
    const metric = 'anomalies_per_minute';
    await test.evaluator.evaluate(
      documentWith([{ name: 'many', metric, threshold: 20, forSeconds: 0 }]),
    );
    const notifier = { pipelineDeleted: jest.fn(async () => {}) };
    const service = new DefaultPipelineService({
      store: pipelines,
      validator: {} as never,
      apiKeys: { ensure: async () => {} },
      alerting: createAlerting({
        config: new ConfigReader({}),
        knex,
        logger: mockServices.logger.mock(),
        notifications: { send },
        pipelines,
      }),
      notifier: notifier as never,
    });
    return { ...test, service, notifier };
  }

  it('tells that alerts are resolved before it deletes the pipeline', async () => {
    const { service, pipelines, titles, store, notifier } = await setup();
    await pipelines.setDeployed('ssh', { revision: null });
    await service.delete('ssh');
    expect(titles()).toEqual(['ssh: many fires', 'ssh: many is resolved']);
    expect(await store.list({ offset: 0, limit: 5 })).toEqual({
      items: [],
      totalItems: 0,
    });
    expect(notifier.pipelineDeleted).toHaveBeenCalledWith('ssh');
    await expect(service.delete('ssh')).rejects.toThrow(
      'There is no pipeline "ssh".',
    );
  });

  it('leaves the alerts of a pipeline alone that it may not delete', async () => {
    const { service, titles, only } = await setup();
    await expect(service.delete('ssh')).rejects.toThrow(/deployed|runs/);
    expect(titles()).toEqual(['ssh: many fires']);
    expect(await only()).toMatchObject({ state: 'firing' });
  });
});
