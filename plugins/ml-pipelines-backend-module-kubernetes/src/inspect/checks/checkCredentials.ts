import type { V1SelfSubjectReview } from '@kubernetes/client-node';
import { X509Certificate } from 'node:crypto';
import type { ClusterConnection } from '../../client/ClusterConnection';
import { CheckContext, CheckResult, messageAndHint } from '../Check';

const DAY_MS = 24 * 3600 * 1000;
/** From then on it is a warning. */
const SOON_MS = 14 * DAY_MS;
const TITLE = 'Credentials';

/** Whether the cluster knows who the portal is, and until when. */
export async function checkCredentials(
  { connection }: CheckContext,
  now = Date.now(),
): Promise<CheckResult> {
  const expiresAt = expiryOf(connection);
  const found = expiresAt && { credentialsExpireAt: expiresAt.toISOString() };
  const result = (
    status: 'ok' | 'warning' | 'failed',
    message: string,
    hint?: string,
  ): CheckResult => ({
    check: { id: 'credentials', title: TITLE, status, message, hint },
    found,
  });
  if (expiresAt && expiresAt.getTime() <= now) {
    return result(
      'failed',
      `The credentials expired on ${day(expiresAt)}.`,
      'Make new ones and replace them on the page of the target.',
    );
  }
  let user: string | undefined;
  try {
    const review = await connection.post<V1SelfSubjectReview>(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    );
    user = review.status?.userInfo?.username;
  } catch (error) {
    const { message, hint } = messageAndHint((error as Error).message);
    return result('failed', message, hint);
  }
  if (!user || user === 'system:anonymous') {
    return result(
      'failed',
      'The cluster takes the portal for an anonymous caller.',
      'Give a token, a client certificate or a kubeconfig that holds one.',
    );
  }
  if (expiresAt && expiresAt.getTime() - now < SOON_MS) {
    return result(
      'warning',
      `The portal is "${user}"; its credentials expire on ${day(expiresAt)}.`,
      'Replace them on the page of the target before: pipelines go on running without, but cannot be seen or changed.',
    );
  }
  return result(
    'ok',
    `The portal is "${user}"${expiresAt ? ` until ${day(expiresAt)}` : ''}.`,
  );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The end of the client certificate, or of a token that says when it ends. */
export function expiryOf({
  kubeConfig,
}: Pick<ClusterConnection, 'kubeConfig'>): Date | undefined {
  const { certData, token } = kubeConfig.getCurrentUser() ?? {};
  try {
    if (certData) {
      return new Date(
        new X509Certificate(Buffer.from(certData, 'base64')).validTo,
      );
    }
    const [, payload] = token?.split('.') ?? [];
    const { exp } = JSON.parse(
      Buffer.from(payload ?? '', 'base64url').toString('utf8'),
    ) as { exp?: unknown };
    return typeof exp === 'number' ? new Date(exp * 1000) : undefined;
  } catch {
    // A token need not be a JSON Web Token.
    return undefined;
  }
}
