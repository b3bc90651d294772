import { AuthenticationError } from '@backstage/errors';
import type { TargetClusterAccess } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from './client/ClusterConnection';

/**
 * What a connection is authenticated with.
 *
 * @throws AuthenticationError when it has neither token nor certificate
 */
export async function clusterAccess({
  kubeConfig,
}: ClusterConnection): Promise<TargetClusterAccess> {
  const { certData, keyData } = kubeConfig.getCurrentUser() ?? {};
  if (certData && keyData) {
    return {
      credential: {
        type: 'certificate',
        certificate: Buffer.from(certData, 'base64').toString('utf8'),
        key: Buffer.from(keyData, 'base64').toString('utf8'),
      },
    };
  }
  // In a cluster the library reads the token again when it was renewed.
  const options: { headers?: Record<string, string> } = {};
  await kubeConfig.applyToHTTPSOptions(options as never);
  const token = options.headers?.Authorization?.replace(/^Bearer /, '');
  if (!token) {
    throw new AuthenticationError(
      'The credentials of this cluster hold neither a token nor a client certificate.',
    );
  }
  return { credential: { type: 'token', token } };
}
