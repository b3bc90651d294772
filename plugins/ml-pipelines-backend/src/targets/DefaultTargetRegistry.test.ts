import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import { saveTargetRequestSchema } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import {
  FakeTargetConfig,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { randomBytes } from 'node:crypto';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { Encryption } from '../encryption/Encryption';
import { DatabaseTargetCredentialsStore } from './DatabaseTargetCredentialsStore';
import { DatabaseTargetStore } from './DatabaseTargetStore';
import { DefaultTargetRegistry } from './DefaultTargetRegistry';
import { DriverRegistry } from './DriverRegistry';

const ADA = 'user:default/ada';
const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

/** Its place is in its configuration and, as with a kubeconfig, in its credentials. */
class PlacedDriver extends FakeTargetDriver {
  isSamePlace(before: FakeTargetConfig, after: FakeTargetConfig): boolean {
    return before.label === after.label;
  }

  placeOf({ config, credentials }: TargetRef<FakeTargetConfig>): string {
    const [cluster] = String(credentials?.token ?? '').split('/');
    return `${config.label} ${cluster}`;
  }
}

async function createRegistry() {
  const knex = await openTestDatabase(databases, 'SQLITE_3');
  const encryption = Encryption.fromKeys([randomBytes(32).toString('base64')]);
  const driver = new PlacedDriver();
  const drivers = new DriverRegistry();
  drivers.addDriver(driver);
  const use = { used: false, prepared: false };
  const store = new DatabaseTargetStore({ knex, encryption });
  const registry = new DefaultTargetRegistry({
    configured: new Map(),
    credentials: new DatabaseTargetCredentialsStore({ knex, encryption }),
    drivers,
    logger: mockServices.logger.mock(),
    notifier: {
      targetChanged: async () => {},
      targetDeleted: async () => {},
    } as never,
    pipelines: {
      countDeployed: async () => new Map(),
      listDeployed: async () => [],
    },
    stacks: {
      exists: async () => use.prepared,
      destroy: async () => {
        use.prepared = false;
        return { kept: ['old'] };
      },
      forget: async () => {
        use.prepared = false;
      },
    },
    store,
    usage: {
      refuseUsedTarget: async () => {
        if (use.used) {
          throw new ConflictError('It is used.');
        }
      },
    },
  });
  const save = (config: Partial<FakeTargetConfig>) =>
    registry.save(
      'there',
      saveTargetRequestSchema.parse({ kind: 'fake', config }),
      ADA,
    );
  const rotate = (token: string) =>
    registry.saveCredentials(
      'there',
      { kind: 'fake', credentials: { token } },
      ADA,
    );
  return { registry, driver, store, use, save, rotate };
}

describe('DefaultTargetRegistry', () => {
  it('changes a target that is used as long as it stays where it is', async () => {
    const { registry, driver, use, save, rotate } = await createRegistry();
    await rotate('cluster-a/1');
    await save({ label: 'a' });
    use.used = true;

    await rotate('cluster-a/2');
    await save({ label: 'a', ready: false });
    expect((await registry.get('there')).ref).toEqual({
      name: 'there',
      config: { label: 'a', ready: false },
      credentials: { token: 'cluster-a/2' },
    });
    // Each change made it begin anew.
    expect(driver.started).toEqual(['there', 'there', 'there']);

    await expect(rotate('cluster-b/1')).rejects.toThrow(ConflictError);
    await expect(save({ label: 'b' })).rejects.toThrow(ConflictError);
    expect((await registry.get('there')).ref).toMatchObject({
      config: { label: 'a' },
      credentials: { token: 'cluster-a/2' },
    });
    use.used = false;
    await rotate('cluster-b/1');
    await save({ label: 'b' });
    expect((await registry.describe('there')).credentials?.version).toBe(3);
  });

  it('does not leave what was prepared, but removes it with the target', async () => {
    const { registry, driver, use, save } = await createRegistry();
    await save({ label: 'a' });
    use.prepared = true;
    await expect(save({ label: 'b' })).rejects.toThrow(
      /Remove the target and register the new place/,
    );
    await save({ label: 'a', ready: false });
    expect(await registry.delete('there')).toEqual({ kept: ['old'] });
    expect(use.prepared).toBe(false);
    expect(driver.forgotten.slice(-1)).toEqual(['there']);

    await save({ label: 'a' });
    use.prepared = true;
    expect(await registry.delete('there', { forget: true })).toEqual({
      kept: [],
    });
    expect(use.prepared).toBe(false);
  });

  it('forgets what another backend removed', async () => {
    const { registry, driver, store, save } = await createRegistry();
    await save({ label: 'a' });
    await registry.start();
    driver.forgotten.length = 0;
    await store.delete('there');
    await registry.start();
    expect(driver.forgotten).toEqual(['there']);
    await registry.start();
    expect(driver.forgotten).toEqual(['there']);
  });

  it('keeps credentials for the kind that they were written for', async () => {
    const { registry, save, rotate } = await createRegistry();
    await save({ label: 'a' });
    await rotate('cluster-a/1');
    await expect(
      registry.saveCredentials(
        'there',
        { kind: 'other', credentials: { token: 'x' } },
        ADA,
      ),
    ).rejects.toThrow('There is no kind of target "other"');
    await registry.delete('there');
    await save({ label: 'a' });
    expect((await registry.get('there')).ref.credentials).toBeUndefined();
  });
});
