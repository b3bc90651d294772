import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { randomBytes } from 'node:crypto';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { pipelineRow } from '../__testUtils__/pipelineRow';
import { DatabaseDeploymentStore } from '../deployments/DatabaseDeploymentStore';
import { DeploymentLogStore } from '../deployments/DeploymentLogStore';
import { PlanStore } from '../deployments/PlanStore';
import { DatabaseDraftStore } from '../drafts/DatabaseDraftStore';
import { Encryption } from '../encryption/Encryption';
import { UsageStore } from '../portfolio/UsageStore';
import { DatabaseTerraformStateStore } from '../terraform-state';
import { FakeAttemptGuard, stateDocument } from '../terraform-state/testing';
import { readRetentionSettings } from './readRetentionSettings';
import { Retention } from './Retention';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const NOW = new Date('2026-11-24T00:00:00.000Z');
const daysAgo = (days: number) =>
  new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000).toISOString();

describe.each(databases.eachSupportedId())('Retention on %s', id => {
  it('removes what is too old and keeps the rest', async () => {
    const knex = await openTestDatabase(databases, id);
    const encryption = Encryption.fromKeys([
      randomBytes(32).toString('base64'),
    ]);
    const deployments = new DatabaseDeploymentStore(knex);
    const logs = new DeploymentLogStore(knex);
    const plans = new PlanStore(knex, encryption);
    const drafts = new DatabaseDraftStore(knex);
    const state = DatabaseTerraformStateStore.create({
      knex,
      encryption,
      guard: new FakeAttemptGuard(),
    });

    for (const [name, columns] of [
      ['old', { state: 'failed', finished_at: daysAgo(91) }],
      ['recent', { state: 'succeeded', finished_at: daysAgo(89) }],
      ['open', { state: 'awaiting_approval' }],
    ] as const) {
      await deployments.create({
        id: name,
        pipeline: name,
        action: 'deploy',
        revision: 1,
        target: 'here',
        release: name,
        options: { force: false, deletePipeline: false, keepData: false },
        createdBy: 'user:default/ada',
      });
      await knex('deployments').where({ id: name }).update(columns);
      await logs.append(name, [
        { time: daysAgo(100), level: 'info', step: 'plan', message: name },
      ]);
      await plans.save(name, {
        plan: Buffer.from('plan'),
        files: {},
        basis: { serial: 0, inputs: '', terraformVersion: '1.11.4' },
        hasChanges: true,
        createdAt: daysAgo(100),
      });
    }
    const draftOf = async (title: string, days: number) => {
      const draft = await drafts.create({ title }, 'user:default/ada');
      await knex('drafts')
        .where({ id: draft.id })
        .update({ updated_at: daysAgo(days) });
    };
    await draftOf('old', 11);
    await draftOf('recent', 9);
    for (const [stackId, versions] of [
      ['long', 5],
      ['short', 2],
    ] as const) {
      const attempt = { stackId, attemptId: `${stackId}.1` };
      const info = {
        ID: stackId,
        Operation: '',
        Info: '',
        Who: '',
        Version: '',
        Created: '',
        Path: '',
      };
      await state.lock({ ...attempt, info });
      for (let serial = 1; serial <= versions; serial += 1) {
        await state.write({
          ...attempt,
          lockId: stackId,
          content: stateDocument(serial),
        });
      }
    }

    await knex('pipelines').insert(pipelineRow('ssh'));
    for (const step of [3600, 86_400]) {
      for (const days of [401, 399]) {
        await knex('ml_usage').insert({
          pipeline: 'ssh',
          step,
          start: Date.parse(daysAgo(days)) / 1000,
          total: '',
          requests: 1,
          errors: 0,
          up_seconds: 0,
          wanted_seconds: 0,
          cost: 0,
        });
      }
    }

    const logger = mockServices.logger.mock();
    const retention = new Retention({
      logs,
      plans,
      drafts,
      state,
      usage: new UsageStore(knex),
      settings: {
        deploymentLogDays: 90,
        draftDays: 10,
        stateVersions: 3,
        usageDays: 400,
      },
      logger,
    });
    await retention.cleanUp(NOW);

    const linesOf = (name: string) => logs.read(name, { after: 0, limit: 10 });
    expect(await linesOf('old')).toEqual([]);
    expect(await plans.get('old')).toBeUndefined();
    expect(await deployments.get('old')).toMatchObject({ state: 'failed' });
    for (const name of ['recent', 'open']) {
      expect(await linesOf(name)).toHaveLength(1);
      expect(await plans.get(name)).toBeDefined();
    }
    expect(
      (await drafts.list('user:default/ada')).map(({ title }) => title),
    ).toEqual(['recent']);
    const serials = async (stackId: string) =>
      (await state.versions(stackId)).map(({ serial }) => serial);
    expect(await serials('long')).toEqual([5, 4, 3]);
    expect(await serials('short')).toEqual([2, 1]);
    expect((await state.read('long'))?.version.serial).toBe(5);
    expect(logger.info).toHaveBeenCalledWith(
      'Removed what had become too old: 1 log lines, 1 plans, 1 drafts, 2 Terraform state versions, 2 steps of usage',
    );

    await retention.cleanUp(NOW);
    expect(logger.info).toHaveBeenCalledTimes(1);
  });
});

it('reads its settings, with defaults', () => {
  expect(readRetentionSettings(new ConfigReader({}))).toEqual({
    deploymentLogDays: 90,
    draftDays: 90,
    stateVersions: 50,
    usageDays: 400,
    runDays: 30,
    runsPerPipeline: 100,
  });
  const retention = { stateVersions: 0 };
  expect(() =>
    readRetentionSettings(new ConfigReader({ mlPipelines: { retention } })),
  ).toThrow('mlPipelines.retention.stateVersions is 0');
});
