import { TestDatabases } from '@backstage/backend-test-utils';
import { pipelineDocumentSchema } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { streamDocument } from '../__testUtils__/documents';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { DatabaseUploadStore } from '../exchange/DatabaseUploadStore';
import { DatabaseDeploymentStore } from '../deployments/DatabaseDeploymentStore';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { RunRetention } from '../runs/RunRetention';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('served models on %s', id => {
  let knex: Knex;
  let deployments: DatabaseDeploymentStore;
  let pipelines: DatabasePipelineStore;
  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    deployments = new DatabaseDeploymentStore(knex);
    pipelines = new DatabasePipelineStore(knex);
    await pipelines.save({
      document: pipelineDocumentSchema.parse(streamDocument('ssh')),
      mode: 'serve',
      dataSources: [],
      createdBy: 'user:default/ada',
    });
  });

  const hex = (digit: number) => `sha256:${String(digit).repeat(64)}`;
  /** A deployment with a model, in some state. */
  async function hand(digest: string, state: string) {
    const deployment = randomUUID();
    await deployments.create({
      id: deployment,
      pipeline: 'ssh',
      action: 'deploy',
      revision: 1,
      target: 'here',
      release: 'r1',
      options: {
        force: false,
        deletePipeline: false,
        keepData: false,
        model: { run: 'run', version: '1', digest },
      },
      createdBy: 'user:default/ada',
    });
    await knex('deployments').where({ id: deployment }).update({ state });
  }
  const deployed = (revision: number | null) =>
    pipelines.setDeployed('ssh', { revision, target: 'here' } as never);

  it('are kept while pods may start with them, and readable for no other pipeline', async () => {
    const removed: string[] = [];
    const runs = new DatabaseRunStore(knex);
    const retention = new RunRetention({
      store: runs,
      artifacts: { delete: async digest => void removed.push(digest) },
    });
    const drop = async () => {
      await knex('dropped_artifacts')
        .insert([1, 2, 3, 4].map(digit => ({ digest: hex(digit) })))
        .onConflict()
        .ignore();
      removed.length = 0;
      await retention.removeFiles();
      return removed.map(digest => Number(digest.at(-1)));
    };
    await hand(hex(1), 'succeeded');
    await hand(hex(2), 'succeeded');
    await hand(hex(3), 'failed');
    await hand(hex(4), 'succeeded');
    await deployed(1);
    expect(await drop()).toEqual([1]);
    // What is kept is looked at again, although nothing notes it once more.
    expect(await runs.droppedArtifacts()).toEqual([2, 3, 4].map(hex));

    const uploads = new DatabaseUploadStore(knex, { bytesPerRun: 1 });
    expect(await uploads.mayRead('ssh', hex(4))).toBe(true);
    expect(await uploads.mayRead('web', hex(4))).toBe(false);

    await deployed(null);
    await hand(hex(4), 'queued');
    expect(await drop()).toEqual([1, 2, 3]);
    await knex('deployments').update({ state: 'cancelled' });
    await retention.removeFiles();
    expect(removed.at(-1)).toBe(hex(4));
  });
});
