import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import type { JsonObject } from '@backstage/types';
import { synthesizeStack, TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import { setTimeout as delay } from 'node:timers/promises';
import { core } from '../paths';
import type { KubernetesTargetConfig } from '../targetConfig';
import { describeWithCluster, TestTarget } from '../testing/cluster';
import {
  batchPipeline,
  servePipeline,
  streamPipeline,
} from '../testing/pipelines';
import { inspectCluster } from './inspectCluster';
import { missingRules } from './permissions/missingRules';
import { resourceName, rulesFor } from './permissions/neededRules';
import { rbacObjects } from './permissions/rbacManifest';
import { verifyTargetRemoved } from './targetRemoval';

jest.setTimeout(300_000);

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCOUNT = 'ml-pipelines-portal';

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
type Role = KubernetesObject & { rules: PolicyRule[] };

/** Path of an object of those that the manifests hold. */
function pathOf({ kind, metadata }: KubernetesObject): string {
  const { name, namespace = '' } = metadata ?? {};
  switch (kind) {
    case 'Namespace':
      return `/api/v1/namespaces/${name}`;
    case 'ServiceAccount':
      return core(namespace, 'serviceaccounts', name);
    case 'Secret':
      return core(namespace, 'secrets', name);
    case 'Role':
      return `${RBAC}/namespaces/${namespace}/roles/${name}`;
    case 'RoleBinding':
      return `${RBAC}/namespaces/${namespace}/rolebindings/${name}`;
    case 'ClusterRole':
      return `${RBAC}/clusterroles/${name}`;
    default:
      return `${RBAC}/clusterrolebindings/${name}`;
  }
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>) {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    await delay(50);
  }
  throw new Error(`Waited too long for ${what}`);
}

describeWithCluster('what the portal may do on a real cluster', () => {
  let admin: TestTarget;
  let portal: TestTarget;
  let objects: KubernetesObject[];

  /** The target as an administrator registers it with the token of the manifest. */
  function withToken(token: string, config: JsonObject = {}): TestTarget {
    const cluster = admin.connection.kubeConfig.getCurrentCluster();
    const { name } = admin.ref;
    return TestTarget.create(
      {
        namespace: { name, create: false },
        apiServer: admin.connection.server,
        ...(cluster?.caData && { caData: cluster.caData }),
        skipTlsVerify: cluster?.skipTLSVerify ?? false,
        ...config,
      },
      { name, credentials: { token } },
    );
  }

  beforeAll(async () => {
    admin = TestTarget.create();
    objects = rbacObjects({ namespace: admin.ref.name, create: false });
    for (const object of objects) {
      await admin.connection.apply(pathOf(object), object);
    }
    const token = await eventually('the token of the account', async () => {
      const secret = await admin.connection.get<V1Secret>(
        core(admin.ref.name, 'secrets', ACCOUNT),
      );
      return secret.data?.token;
    });
    portal = withToken(Buffer.from(token, 'base64').toString('utf8'));
  });
  afterAll(async () => {
    await portal.connection.close();
    await portal.driver.close();
    await admin.dispose();
  });

  const permissions = async (target: TargetRef<KubernetesTargetConfig>) => {
    const inspection = await inspectCluster(target, {});
    return {
      inspection,
      check: inspection.checks.find(({ id }) => id === 'permissions'),
    };
  };

  it('is all that it needs with the shipped manifest', async () => {
    const { inspection, check } = await permissions(portal.ref);
    expect(check).toMatchObject({ status: 'ok' });
    expect(inspection).toMatchObject({
      usable: true,
      version: expect.stringMatching(/^v1\.\d+/),
    });
    expect(
      Object.fromEntries(
        inspection.checks.map(({ id, status }) => [id, status]),
      ),
    ).toMatchObject({
      reachable: 'ok',
      version: 'ok',
      credentials: 'ok',
      namespace: 'ok',
      // What needs rights in the whole cluster is said to be unknown.
      storage: 'skipped',
      capacity: 'skipped',
    });
    expect(check?.details).toContainEqual(
      'list nodes in the cluster (optional): for capacity, GPUs, and addresses of nodes',
    );
  });

  it('is enough to bring, watch and remove every kind of pipeline', async () => {
    for (const document of [
      servePipeline({ name: 'rights-serve' }),
      streamPipeline({ name: 'rights-stream' }),
      batchPipeline({ name: 'rights-batch' }),
    ]) {
      const pipeline = document.metadata.name;
      const workload = { pipeline, target: portal.ref };
      const folder = await portal.folder();
      await portal.driver.handOverSecrets({
        ...workload,
        version: 'v1',
        secrets: { environment: { A: 'b' }, apiKeysSha256: [] },
      });
      await folder.write(
        portal.stackOf(
          await portal.request(document, { secretsVersion: 'v1' }),
        ),
      );
      expect(await folder.apply()).toMatchObject({ code: 0 });
      expect(await folder.plan()).toMatchObject({ code: 0 });
      expect(await folder.destroy()).toMatchObject({ code: 0 });
      await portal.driver.takeBackSecrets(workload);
      await portal.driver.removeData(workload);
      expect(await portal.driver.keptData(portal.ref)).toEqual([]);
    }
  });

  it('lacks, by name, exactly what is taken away', async () => {
    const role = objects.find(({ kind }) => kind === 'Role') as Role;
    const { namespace } = portal.connection;
    const rules = rulesFor(portal.ref.config).filter(
      ({ scope }) => scope !== 'cluster',
    );
    const lacking = async () =>
      (await missingRules(portal.connection, namespace, rules)).map(
        ({ rule, verb }) => `${verb} ${resourceName(rule)}`,
      );
    const put = (changed: PolicyRule[]) =>
      admin.connection.apply(pathOf(role), { ...role, rules: changed } as Role);
    const each = role.rules.flatMap((rule, index) =>
      rule.verbs.map(verb => ({ rule, index, verb })),
    );
    expect(each.length).toBeGreaterThan(60);
    for (const { rule, index, verb } of each) {
      const expected = `${verb} ${rule.resources[0]}${
        rule.apiGroups[0] && `.${rule.apiGroups[0]}`
      }`;
      await put(
        role.rules
          .map((present, at) =>
            at === index
              ? { ...present, verbs: present.verbs.filter(v => v !== verb) }
              : present,
          )
          .filter(({ verbs }) => verbs.length > 0),
      );
      // The authorizer follows the change a moment later.
      const found = await eventually(
        `"${expected}" to be missing`,
        async () => {
          const missing = await lacking();
          return missing.includes(expected) ? missing : undefined;
        },
      );
      expect(new Set(found)).toEqual(new Set([expected]));
      await put(role.rules);
      await eventually(`"${expected}" to be given`, async () =>
        (await lacking()).length === 0 ? true : undefined,
      );
    }
  });

  it('is said with the file that gives it', async () => {
    const target = {
      ...portal.ref,
      config: {
        ...portal.ref.config,
        namespace: { name: 'elsewhere', create: true },
      },
    };
    const { inspection, check } = await permissions(target);
    expect(check).toMatchObject({
      status: 'failed',
      hint: expect.stringContaining('apply cluster.yaml'),
    });
    expect(check?.details).toContainEqual(
      'create namespaces in the cluster: for making the namespace, and removing it with the target',
    );
    expect(inspection.usable).toBe(false);
    expect(inspection.manifest).toMatchObject({
      name: 'cluster.yaml',
      content: expect.stringContaining('- elsewhere'),
    });
  });

  it('is enough to make the namespace with the other manifest', async () => {
    const namespace = `${admin.ref.name}-own`;
    const wide = rbacObjects({ namespace, create: true }).map(object =>
      // Two suites may run at once; only the names of the cluster's objects clash.
      renamed(object, admin.ref.name),
    );
    for (const object of wide) {
      await admin.connection.apply(pathOf(object), object);
    }
    try {
      const token = await eventually('the token of the account', async () => {
        const secret = await admin.connection.get<V1Secret>(
          core(`ml-pipelines-system-${admin.ref.name}`, 'secrets', ACCOUNT),
        );
        return secret.data?.token;
      });
      const owner = withToken(Buffer.from(token, 'base64').toString('utf8'), {
        namespace: { name: namespace, create: true, quota: { pods: 5 } },
      });
      const check = async () =>
        (await permissions(owner.ref)).check?.details ?? [];
      await eventually('the rights', async () =>
        (await check()).length === 0 ? true : undefined,
      );
      const folder = await owner.folder();
      await folder.write(
        synthesizeStack({
          name: 'target',
          build: scope => owner.driver.buildTargetStack(scope, owner.ref),
        }),
      );
      expect(await folder.apply()).toMatchObject({ code: 0 });
      const { inspection } = await permissions(owner.ref);
      expect(inspection.checks).toContainEqual(
        expect.objectContaining({ id: 'namespace', status: 'ok' }),
      );
      // A namespace of somebody else is not taken over.
      const foreign = await inspectCluster({ ...owner.ref, name: 'other' }, {});
      expect(foreign.checks).toContainEqual(
        expect.objectContaining({
          id: 'namespace',
          status: 'failed',
          message: `"${namespace}" belongs to the target "${owner.ref.name}".`,
        }),
      );

      // What holds a removal up is named, and the removal goes on once it is gone.
      const held = core(namespace, 'configmaps', 'held');
      await admin.connection.apply(held, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'held', finalizers: ['example.com/held'] },
      });
      expect(await folder.destroy()).toMatchObject({ code: 0 });
      await expect(
        eventually('the reason', async () =>
          verifyTargetRemoved(
            owner.connection,
            owner.ref.name,
            owner.ref.config,
            0,
          )
            .then(() => undefined)
            .catch((error: Error) =>
              error.message.includes('example.com/held')
                ? error.message
                : undefined,
            ),
        ),
      ).resolves.toMatch(/stuck while it is removed: .*example\.com\/held/);
      await admin.connection.patch(held, { metadata: { finalizers: null } });
      await verifyTargetRemoved(
        owner.connection,
        owner.ref.name,
        owner.ref.config,
      );
      await owner.connection.close();
      await owner.driver.close();
    } finally {
      for (const object of wide.filter(({ kind }) =>
        /^(Namespace|ClusterRole|ClusterRoleBinding)$/.test(kind ?? ''),
      )) {
        await admin.connection.delete(pathOf(object));
      }
    }
  });

  it('is not asked of a cluster that does not know the portal', async () => {
    const inspection = await inspectCluster(
      { ...portal.ref, credentials: { token: 'wrong' } },
      { portalUrl: 'http://localhost:7007' },
    );
    expect(inspection.usable).toBe(false);
    expect(JSON.stringify(inspection)).not.toContain('"wrong"');
    const byId = Object.fromEntries(
      inspection.checks.map(check => [check.id, check]),
    );
    expect(
      [byId.reachable, byId.credentials].find(
        check => check?.status === 'failed',
      )?.message,
    ).toMatch(/does not accept the credentials/);
    expect(byId.permissions.status).toBe('skipped');
    expect(byId.portal.status).toBe('warning');
  });
});

/** Gives objects of the whole cluster a name of their own. */
function renamed(object: KubernetesObject, suffix: string): KubernetesObject {
  return JSON.parse(
    JSON.stringify(object)
      .replaceAll('ml-pipelines-system', `ml-pipelines-system-${suffix}`)
      .replace(
        /("kind":"ClusterRole(?:Binding)?","metadata":\{"name":")[^"]+/,
        `$1${ACCOUNT}-${suffix}`,
      )
      .replace(
        /("kind":"ClusterRole","name":")[^"]+/,
        `$1${ACCOUNT}-${suffix}`,
      ),
  ) as KubernetesObject;
}
