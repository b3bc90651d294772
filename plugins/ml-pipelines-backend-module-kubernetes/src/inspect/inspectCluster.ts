import { toError } from '@backstage/errors';
import type {
  TargetInspection,
  TargetInspectionCheck,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import { clusterCapabilities } from '../capabilities';
import { ClusterConnection } from '../client/ClusterConnection';
import type { KubernetesTargetConfig } from '../targetConfig';
import { CheckContext, CheckResult, messageAndHint } from './Check';
import { checkCredentials } from './checks/checkCredentials';
import { checkMetrics } from './checks/checkMetrics';
import { checkMonitoring } from './checks/checkMonitoring';
import { checkNamespace } from './checks/checkNamespace';
import { checkNodes } from './checks/checkNodes';
import { checkPermissions } from './checks/checkPermissions';
import { checkPortalUrl } from './checks/checkPortalUrl';
import { checkReachable } from './checks/checkReachable';
import { checkStorage } from './checks/checkStorage';
import { checkVersion } from './checks/checkVersion';

/** What is looked at once the cluster knows who the portal is. */
const FURTHER: ReadonlyArray<{
  id: string;
  title: string;
  run: (context: CheckContext) => Promise<CheckResult | CheckResult[]>;
}> = [
  { id: 'permissions', title: 'Permissions', run: checkPermissions },
  { id: 'namespace', title: 'Namespace', run: checkNamespace },
  { id: 'storage', title: 'Storage', run: checkStorage },
  { id: 'capacity', title: 'Nodes', run: checkNodes },
  { id: 'monitoring', title: 'Monitoring', run: checkMonitoring },
  { id: 'metrics', title: 'Metrics API', run: checkMetrics },
];

/**
 * Looks at everything that has to be right on a cluster, over a connection of
 * its own: what is looked at may not be saved. Never throws for a cluster that
 * is wrong.
 *
 * @param options - `portalUrl`: where pods look for the portal unless the target says otherwise;
 *   not looked at when nobody says it
 */
export async function inspectCluster(
  target: TargetRef<KubernetesTargetConfig>,
  options: { portalUrl?: string },
): Promise<TargetInspection> {
  let connection: ClusterConnection;
  try {
    connection = new ClusterConnection(target);
  } catch (error) {
    return toInspection([
      {
        check: {
          id: 'reachable',
          title: 'API server',
          status: 'failed',
          ...messageAndHint(toError(error).message),
        },
      },
      ...skipped('there is no connection'),
    ]);
  }
  try {
    return toInspection(
      await inspect(
        { target: target.name, config: target.config, connection },
        options,
      ),
    );
  } finally {
    await connection.close();
  }
}

async function inspect(
  context: CheckContext,
  { portalUrl }: { portalUrl?: string },
): Promise<CheckResult[]> {
  const { config, connection } = context;
  const url = config.portalUrl ?? portalUrl;
  const portal = url === undefined ? [] : [checkPortalUrl(url)];
  const { check, version } = await checkReachable(context);
  if (!version) {
    return [{ check }, ...skipped('the API server does not answer'), ...portal];
  }
  const credentials = await checkCredentials(context);
  const begin = [{ check }, checkVersion(version), credentials];
  if (credentials.check.status === 'failed') {
    return [
      ...begin,
      ...skipped('the cluster does not know the portal'),
      ...portal,
    ];
  }
  const [further, capabilities] = await Promise.all([
    Promise.all(FURTHER.map(part => runCheck(part, context))),
    clusterCapabilities(connection, config).catch(() => undefined),
  ]);
  const [first, ...others] = further.flat();
  return [
    ...begin,
    { ...first, found: { ...first.found, capabilities } },
    ...others,
    ...portal,
  ];
}

/** A check that fails in an unforeseen way is one that failed, and no other with it. */
async function runCheck(
  { id, title, run }: (typeof FURTHER)[number],
  context: CheckContext,
): Promise<CheckResult[]> {
  try {
    return [await run(context)].flat();
  } catch (error) {
    return [
      {
        check: {
          id,
          title,
          status: 'failed',
          ...messageAndHint(toError(error).message),
        },
      },
    ];
  }
}

function skipped(why: string): CheckResult[] {
  return FURTHER.map(({ id, title }) => ({
    check: {
      id,
      title,
      status: 'skipped',
      message: `Not looked at, because ${why}.`,
    },
  }));
}

function toInspection(results: readonly CheckResult[]): TargetInspection {
  const checks: TargetInspectionCheck[] = results.map(({ check }) => check);
  return {
    inspectedAt: new Date().toISOString(),
    usable: checks.every(({ status }) => status !== 'failed'),
    checks,
    ...Object.assign({}, ...results.map(({ found }) => found)),
  };
}
