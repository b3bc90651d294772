import type { VersionInfo } from '@kubernetes/client-node';
import type { TargetInspectionCheck } from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';
import { CheckContext, messageAndHint } from '../Check';

const versionSchema = z.object({
  major: z.string(),
  minor: z.string(),
  gitVersion: z.string().max(64),
});

/** Whether an API server answers at the address, and which. */
export async function checkReachable({ connection }: CheckContext): Promise<{
  check: TargetInspectionCheck;
  version?: Pick<VersionInfo, 'major' | 'minor' | 'gitVersion'>;
}> {
  const title = 'API server';
  const id = 'reachable';
  try {
    const answer = await connection.request('/version');
    if (answer.status === 401 || answer.status === 403) {
      await answer.body?.cancel();
      return {
        check: {
          id,
          title,
          status: 'failed',
          message: `${connection.server} does not accept the credentials of the portal (HTTP ${answer.status}).`,
          hint: 'They are wrong, have expired, or belong to another cluster: give others.',
        },
      };
    }
    // What else answers there is nobody's business: its text is not repeated.
    const version = versionSchema.safeParse(
      answer.ok ? await answer.json().catch(() => undefined) : undefined,
    );
    await answer.body?.cancel().catch(() => {});
    return version.success
      ? {
          check: {
            id,
            title,
            status: 'ok',
            message: `${connection.server} answers.`,
          },
          version: version.data,
        }
      : {
          check: {
            id,
            title,
            status: 'failed',
            message: `${connection.server} answers, but not as an API server of Kubernetes does (HTTP ${answer.status}).`,
            hint: 'Check address and port: that of the API server is "server" in a kubeconfig.',
          },
        };
  } catch (error) {
    return {
      check: {
        id,
        title,
        status: 'failed',
        ...messageAndHint((error as Error).message),
      },
    };
  }
}
