import type { VersionInfo } from '@kubernetes/client-node';
import type { CheckResult } from '../Check';

/** Oldest minor version of Kubernetes 1 that has all that the objects use. */
export const OLDEST_MINOR = 30;

/** Whether the cluster is new enough. */
export function checkVersion({
  minor,
  gitVersion,
}: Pick<VersionInfo, 'minor' | 'gitVersion'>): CheckResult {
  const isOld = Number.parseInt(minor, 10) < OLDEST_MINOR;
  return {
    check: {
      id: 'version',
      title: 'Version',
      status: isOld ? 'failed' : 'ok',
      message: isOld
        ? `The cluster runs Kubernetes ${gitVersion}; 1.${OLDEST_MINOR} or newer is needed.`
        : `Kubernetes ${gitVersion}.`,
      ...(isOld && { hint: 'Upgrade the cluster, or choose another one.' }),
    },
    found: { version: gitVersion },
  };
}
