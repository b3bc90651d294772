import { TestDatabases } from '@backstage/backend-test-utils';
import {
  listPipelinesQuerySchema,
  ListPipelinesQuery,
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { DatabaseDeploymentStore } from '../deployments/DatabaseDeploymentStore';
import { PipelineStacks } from '../deployments/PipelineStacks';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import type { PipelineFilter } from '../permissions/PipelineResource';
import { DatabasePipelineStore } from './DatabasePipelineStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

function documentOf(
  name: string,
  overrides: {
    title?: string;
    description?: string;
    owner?: string;
    target?: string;
    lifecycle?: 'staging';
    secrets?: Array<{ env: string; name: string }>;
  } = {},
): PipelineDocument {
  const { target = 'here', secrets = [], ...metadata } = overrides;
  return pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name, owner: 'group:default/security', ...metadata },
    spec: {
      target,
      nodes: [{ id: 'source', type: 'http-push' }],
      secrets,
    },
  });
}

describe.each(databases.eachSupportedId())(
  'DatabasePipelineStore on %s',
  id => {
    const setup = async () => {
      const knex = await openTestDatabase(databases, id);
      const store = new DatabasePipelineStore(knex);
      const save = (
        name: string,
        overrides?: Parameters<typeof documentOf>[1],
        baseRevision?: number,
      ) =>
        store.save({
          document: documentOf(name, overrides),
          mode: 'stream',
          dataSources: ['resource:default/logs'],
          createdBy: 'user:default/ada',
          baseRevision,
        });
      const names = async (
        query: ListPipelinesQuery = {},
        filter?: PipelineFilter,
      ) => {
        const page = await store.list(
          listPipelinesQuerySchema.parse(query),
          filter,
        );
        return page.items.map(item => item.name);
      };
      return { knex, store, save, names };
    };

    it('numbers revisions from 1 and stores nothing when nothing changed', async () => {
      const { store, save } = await setup();
      expect(await save('ssh')).toEqual({
        revision: 1,
        changed: true,
        created: true,
      });
      expect(await save('ssh')).toEqual({
        revision: 1,
        changed: false,
        created: false,
      });
      expect(await save('ssh', { title: 'SSH' })).toMatchObject({
        revision: 2,
        changed: true,
      });
      // Back to the first one is a change again.
      expect(await save('ssh')).toMatchObject({ revision: 3, changed: true });

      const revisions = await store.listRevisions('ssh');
      expect(revisions.map(r => r.revision)).toEqual([3, 2, 1]);
      expect(revisions[0].digest).toBe(revisions[2].digest);
      expect(await store.getRevision('ssh', 2)).toMatchObject({
        document: { metadata: { title: 'SSH' } },
        createdBy: 'user:default/ada',
      });
      expect(await store.getRevision('ssh', 4)).toBeUndefined();
      expect(await store.get('ssh')).toMatchObject({
        revision: 3,
        title: 'ssh',
        status: 'draft',
        mode: 'stream',
        dataSources: ['resource:default/logs'],
        firingAlerts: 0,
      });
      expect(await store.get('other')).toBeUndefined();
    });

    it('keeps where nodes are drawn without a new revision', async () => {
      const { store, save } = await setup();
      await save('ssh');
      const moved = documentOf('ssh');
      moved.spec.nodes[0].position = { x: 5, y: 7 };
      expect(
        await store.save({
          document: moved,
          mode: 'stream',
          dataSources: [],
          createdBy: 'user:default/ada',
        }),
      ).toMatchObject({ revision: 1, changed: false });
      expect((await store.get('ssh'))?.document.spec.nodes[0].position).toEqual(
        {
          x: 5,
          y: 7,
        },
      );
    });

    it('gives each of many writers at once a revision, and refuses a stale one', async () => {
      const { store, save } = await setup();
      const saved = await Promise.all(
        Array.from({ length: 8 }, (_, i) => save('ssh', { title: `T${i}` })),
      );
      expect(saved.map(s => s.revision).sort()).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
      expect(saved.filter(s => s.created)).toHaveLength(1);
      const newest = (await store.get('ssh'))?.title;
      expect(newest).toBe(`T${saved.findIndex(s => s.revision === 8)}`);

      await expect(save('ssh', { title: 'stale' }, 7)).rejects.toThrow(
        /revision 8 is newer than the 7/,
      );
      await expect(save('ssh', { title: 'new' }, 0)).rejects.toThrow(
        /revision 8/,
      );
      await expect(save('gone', {}, 3)).rejects.toThrow(/deleted meanwhile/);
      expect(await save('ssh', { title: 'fresh' }, 8)).toMatchObject({
        revision: 9,
      });
    });

    it('searches, filters, sorts and pages', async () => {
      const { store, save, names } = await setup();
      await save('alpha', { title: 'zebra', owner: 'Group:default/Sales' });
      await save('beta', { title: 'Apple', target: 'there' });
      await save('gamma', { title: 'mango', description: '100% of_Logs' });
      await store.updateStatus('beta', {
        status: 'running',
        requestsPerSecond: 3,
      });
      await store.updateStatus('gamma', {
        status: 'failed',
        requestsPerSecond: 20,
      });

      expect(await names({ sort: 'title' })).toEqual([
        'beta',
        'gamma',
        'alpha',
      ]);
      expect(await names({ sort: 'title', order: 'desc' })).toEqual([
        'alpha',
        'gamma',
        'beta',
      ]);
      // What has no value comes last, in both directions.
      expect(await names({ sort: 'requestsPerSecond' })).toEqual([
        'beta',
        'gamma',
        'alpha',
      ]);
      expect(await names({ sort: 'requestsPerSecond', order: 'desc' })).toEqual(
        ['gamma', 'beta', 'alpha'],
      );
      expect(await names({ sort: 'status' })).toEqual([
        'gamma',
        'beta',
        'alpha',
      ]);

      expect(await names({ search: 'SALES' })).toEqual(['alpha']);
      expect(await names({ search: '100% OF_' })).toEqual(['gamma']);
      expect(await names({ search: '%' })).toEqual(['gamma']);
      expect(await names({ search: "'; drop table pipelines; --" })).toEqual(
        [],
      );
      expect(await names({ status: 'running,failed' })).toEqual([
        'beta',
        'gamma',
      ]);
      expect(await names({ owner: ['GROUP:default/sales'] })).toEqual([
        'alpha',
      ]);
      expect(await names({ target: 'there', search: 'apple' })).toEqual([
        'beta',
      ]);

      const page = await store.list(
        listPipelinesQuerySchema.parse({ offset: 1, limit: 1 }),
      );
      expect(page.totalItems).toBe(3);
      for (const [search, offset, totalItems] of [
        ['a', 0, 3],
        ['a', 10, 3],
        ['sales', 0, 1],
        ['nobody', 0, 0],
      ] as const) {
        const query = { search, offset, limit: 1 };
        expect(
          await store.list(listPipelinesQuerySchema.parse(query)),
        ).toMatchObject({ totalItems });
      }
      expect(page.items.map(item => item.name)).toEqual(['beta']);
    });

    it('restricts lists to what a permission policy allows', async () => {
      const { save, names } = await setup();
      await save('alpha', { owner: 'group:default/sales' });
      await save('beta', { target: 'there' });
      await save('gamma');
      const mine: PipelineFilter = {
        key: 'owner',
        values: ['group:default/security'],
      };
      const there: PipelineFilter = { key: 'target', values: ['there'] };
      expect(await names({}, mine)).toEqual(['beta', 'gamma']);
      expect(await names({}, { not: mine })).toEqual(['alpha']);
      expect(await names({}, { allOf: [mine, { not: there }] })).toEqual([
        'gamma',
      ]);
      expect(
        await names({ search: 'a' }, { anyOf: [there, { not: mine }] }),
      ).toEqual(['alpha', 'beta']);
    });

    it('forgets a pipeline with everything, also where it is deployed', async () => {
      const { knex, store, save } = await setup();
      await save('ssh');
      await save('web');
      await store.setDeployed('ssh', { revision: 1, target: 'gone' });
      const stacks = new PipelineStacks(knex);
      const deployments = new DatabaseDeploymentStore(knex);
      for (const pipeline of ['ssh', 'web']) {
        const stackId = await stacks.idOf(pipeline, 'gone');
        await knex('terraform_state_versions').insert({
          stack_id: stackId,
          deleted: false,
          serial: 1,
          lineage: 'l',
          md5: '',
          size: 0,
          attempt_id: 'a',
          created_at: new Date(),
        });
        await knex('terraform_state_locks').insert({
          stack_id: stackId,
          lock_id: 'l',
          attempt_id: 'a',
          info: '{}',
          created_at: new Date(),
        });
        await deployments.create({
          id: pipeline,
          pipeline,
          action: 'deploy',
          revision: 1,
          target: 'gone',
          release: 'r1',
          options: { force: false, deletePipeline: false, keepData: false },
          createdBy: 'user:default/ada',
        });
        await knex('deployment_log').insert({
          deployment: pipeline,
          sequence: 1,
          time: '',
          level: 'info',
          step: 'executor',
          message: 'x',
        });
        await knex('ml_sample_cursors').insert({
          pipeline,
          at_ms: 1,
          snapshot: '{}',
        });
      }
      await expect(store.forget('ssh')).rejects.toThrow(
        'Deployment ssh of pipeline "ssh" is under way',
      );
      expect(await store.get('ssh')).toBeDefined();

      await deployments.transitionIdle('ssh', ['queued'], 'cancelled');
      expect(await store.forget('ssh')).toBe(true);
      expect(await store.forget('ssh')).toBe(false);
      expect(await store.get('ssh')).toBeUndefined();
      // Nothing of the other one went with it.
      for (const table of [
        'pipelines',
        'pipeline_revisions',
        'pipeline_stacks',
        'terraform_state_versions',
        'terraform_state_locks',
        'deployments',
        'deployment_log',
        'ml_sample_cursors',
      ]) {
        expect([table, await knex(table).select('*')]).toEqual([
          table,
          [expect.anything()],
        ]);
      }
    });

    it('keeps where a revision came from, and its lifecycle', async () => {
      const { store, save } = await setup();
      await save('ssh', { lifecycle: 'staging' });
      const { items } = await store.list(listPipelinesQuerySchema.parse({}));
      expect(items).toMatchObject([{ lifecycle: 'staging' }]);
      const document = (await store.get('ssh'))?.document;
      await store.save({
        document: pipelineDocumentSchema.parse({
          ...document,
          metadata: { ...document?.metadata, lifecycle: undefined },
        }),
        mode: 'stream',
        dataSources: [],
        createdBy: 'user:default/ada',
        origin: { kind: 'promote', pipeline: 'dev', revision: 7 },
      });
      expect(await store.listRevisions('ssh')).toMatchObject([
        { origin: { kind: 'promote', pipeline: 'dev', revision: 7 } },
        { origin: undefined },
      ]);
      expect((await store.get('ssh'))?.lifecycle).toBeUndefined();
    });

    it('knows what is deployed, and does not delete it', async () => {
      const { store, save } = await setup();
      await save('ssh');
      await save('web', { target: 'there' });
      await store.setDeployed('ssh', {
        revision: 1,
        target: 'here',
        endpoint: 'http://localhost:1',
      });
      await store.setLastDeployment('ssh', {
        id: 'd1',
        state: 'succeeded',
        at: '2026-11-24T08:00:00.000Z',
      });
      expect(
        await store.updateStatus('ssh', {
          status: 'running',
          statusReason: null,
          errorRatePercent: 1.5,
        }),
      ).toEqual({ changed: true });
      expect(
        await store.updateStatus('ssh', {
          status: 'running',
          requestsPerSecond: 2,
        }),
      ).toEqual({ changed: false });
      expect(await store.updateStatus('none', { status: 'failed' })).toEqual({
        changed: false,
      });
      expect(await store.get('ssh')).toMatchObject({
        deployedRevision: 1,
        endpoint: 'http://localhost:1',
        requestsPerSecond: 2,
        errorRatePercent: 1.5,
        lastDeployment: { id: 'd1', state: 'succeeded' },
      });
      expect(await store.listDeployed()).toMatchObject([
        { name: 'ssh', target: 'here', revision: 1 },
      ]);
      expect(await store.listDeployed('there')).toEqual([]);
      const named = (name: string) => ({
        key: 'name' as const,
        values: [name],
      });
      expect(await store.listDeployed(undefined, named('ssh'))).toHaveLength(1);
      expect(
        await store.listDeployed(undefined, { not: named('ssh') }),
      ).toEqual([]);
      expect(await store.countDeployed()).toEqual(new Map([['here', 1]]));
      await expect(store.delete('ssh')).rejects.toThrow(
        /revision 1 on target "here"/,
      );

      await store.setDeployed('ssh', { revision: null });
      const taken = await store.get('ssh');
      expect(taken?.endpoint).toBeUndefined();
      expect(taken?.requestsPerSecond).toBeUndefined();
      expect(await store.delete('ssh')).toBe(true);
      expect(await store.delete('ssh')).toBe(false);
      expect(await store.listRevisions('ssh')).toEqual([]);
      // A new pipeline of that name starts from the beginning.
      expect(await save('ssh')).toMatchObject({ revision: 1, created: true });
    });

    it('finds who uses a secret, now or in what runs', async () => {
      const { store, save } = await setup();
      const secrets = [
        { env: 'A', name: 'token' },
        { env: 'B', name: 'token' },
      ];
      await save('newest', { secrets });
      await save('deployed', { secrets });
      await save('deployed');
      await store.setDeployed('deployed', { revision: 1, target: 'here' });
      await save('former', { secrets });
      await save('former');
      expect(await store.usersOfSecret('token')).toEqual([
        'deployed',
        'newest',
      ]);
      expect(await store.usersOfSecret('other')).toEqual([]);
    });
  },
);
