import { TestDatabases } from '@backstage/backend-test-utils';
import { pipelineDocumentSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { createHash, randomBytes } from 'node:crypto';
import { streamDocument } from '../__testUtils__/documents';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { Encryption } from '../encryption/Encryption';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { DatabaseApiKeyStore } from './DatabaseApiKeyStore';
import { DatabaseSecretStore } from './DatabaseSecretStore';
import { DefaultWorkloadSecretsProvider } from './DefaultWorkloadSecretsProvider';
import { WorkloadTokens } from '../exchange/WorkloadTokens';
import { ManagementKeys } from './ManagementKeys';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('secrets on %s', id => {
  const setup = async () => {
    const knex = await openTestDatabase(databases, id);
    const encryption = Encryption.fromKeys([
      randomBytes(32).toString('base64'),
    ]);
    const pipelines = new DatabasePipelineStore(knex);
    const secrets = new DatabaseSecretStore({ knex, encryption, pipelines });
    const apiKeys = new DatabaseApiKeyStore({ knex, encryption });
    const managementKeys = new ManagementKeys(encryption);
    const workloadTokens = new WorkloadTokens(encryption);
    const workload = new DefaultWorkloadSecretsProvider({
      secrets,
      apiKeys,
      managementKeys,
      workloadTokens,
    });
    const document = pipelineDocumentSchema.parse(
      streamDocument('ssh', {
        spec: { secrets: [{ env: 'TOKEN', name: 'token' }] },
      }),
    );
    await pipelines.save({
      document,
      mode: 'stream',
      dataSources: [],
      createdBy: 'user:default/ada',
    });
    const dump = async () =>
      JSON.stringify([await knex('secrets'), await knex('api_keys')]);
    return {
      knex,
      pipelines,
      secrets,
      apiKeys,
      managementKeys,
      workloadTokens,
      workload,
      document,
      dump,
    };
  };

  it('keeps values encrypted and counts their versions', async () => {
    const { secrets, knex, dump } = await setup();
    const updatedBy = 'user:default/ada';
    await secrets.save('token', { value: 'hunter2', updatedBy });
    await secrets.save('other', { value: 'é', updatedBy });
    const versions = await Promise.all(
      [1, 2, 3].map(i => secrets.save('token', { value: `v${i}`, updatedBy })),
    );
    expect(Math.max(...versions.map(info => info.version))).toBe(4);
    const values = await secrets.reveal(['token', 'other']);
    expect(values.get('token')).toEqual({
      value: expect.stringMatching(/^v[123]$/),
      version: 4,
    });
    expect(values.get('other')).toEqual({ value: 'é', version: 1 });
    expect(await dump()).not.toMatch(/hunter2|"v[123]"/);
    await expect(secrets.reveal(['token', 'a', 'b'])).rejects.toThrow(
      /no secret "a", "b"/,
    );
    // A value that is moved to another row does not decrypt there.
    const { value } = await knex('secrets').where({ name: 'other' }).first();
    await knex('secrets').where({ name: 'token' }).update({ value });
    await expect(secrets.reveal(['token'])).rejects.toThrow(/altered/);
  });

  it('keeps one API key a pipeline, known by its hash', async () => {
    const { apiKeys, pipelines, dump } = await setup();
    expect(await apiKeys.hashes('ssh')).toEqual([]);
    await apiKeys.ensure('ssh');
    const first = await apiKeys.reveal('ssh');
    await apiKeys.ensure('ssh');
    expect(await apiKeys.reveal('ssh')).toBe(first);
    const second = await apiKeys.rotate('ssh');
    expect(second).not.toBe(first);
    expect(await apiKeys.reveal('ssh')).toBe(second);
    expect(await apiKeys.hashes('ssh')).toEqual([
      createHash('sha256').update(second).digest('hex'),
    ]);
    expect(await dump()).not.toContain(second);
    await pipelines.delete('ssh');
    expect(await apiKeys.hashes('ssh')).toEqual([]);
  });

  it('gives a workload its values, and another version after each change', async () => {
    const {
      secrets,
      apiKeys,
      managementKeys,
      workloadTokens,
      workload,
      document,
    } = await setup();
    const updatedBy = 'user:default/ada';
    await expect(workload.version('ssh', document)).rejects.toThrow(/"token"/);
    const versions = [];
    for (const change of [
      () => secrets.save('token', { value: 'one', updatedBy }),
      () => apiKeys.ensure('ssh'),
      () => secrets.save('token', { value: 'two', updatedBy }),
      () => apiKeys.rotate('ssh'),
    ]) {
      await change();
      versions.push(await workload.version('ssh', document));
    }
    expect(new Set(versions).size).toBe(4);
    expect(await workload.collect('ssh', document)).toEqual({
      version: versions[3],
      secrets: {
        environment: { TOKEN: 'two' },
        apiKeysSha256: await apiKeys.hashes('ssh'),
        managementKeysSha256: managementKeys.hashes('ssh'),
        workloadToken: workloadTokens.reveal('ssh'),
      },
    });
  });
});
