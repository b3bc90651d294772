import type {
  AuthenticationStrategy,
  AuthMetadata,
  ClusterDetails,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';
import type { KubernetesRequestAuth } from '@backstage/plugin-kubernetes-common';
import { TARGET_ANNOTATION } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterCredentials } from '../clusters/ClusterCredentials';

/** Reaches clusters of ML pipelines with the credentials of their target, all others as before. */
export class TargetStrategy implements AuthenticationStrategy {
  constructor(
    private readonly credentials: Pick<ClusterCredentials, 'of'>,
    private readonly others: AuthenticationStrategy,
  ) {}

  async getCredential(
    cluster: ClusterDetails,
    auth: KubernetesRequestAuth,
  ): Promise<KubernetesCredential> {
    const target = cluster.authMetadata[TARGET_ANNOTATION];
    return target === undefined
      ? this.others.getCredential(cluster, auth)
      : this.credentials.of(target);
  }

  validateCluster(authMetadata: AuthMetadata): Error[] {
    return this.others.validateCluster(authMetadata);
  }

  presentAuthMetadata(authMetadata: AuthMetadata): AuthMetadata {
    return this.others.presentAuthMetadata(authMetadata);
  }
}
