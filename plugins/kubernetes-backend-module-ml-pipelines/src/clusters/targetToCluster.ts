import type { ClusterDetails } from '@backstage/plugin-kubernetes-node';
import {
  ANNOTATION_KUBERNETES_API_SERVER,
  ANNOTATION_KUBERNETES_API_SERVER_CA,
  ANNOTATION_KUBERNETES_AUTH_PROVIDER,
  ANNOTATION_KUBERNETES_SKIP_TLS_VERIFY,
} from '@backstage/plugin-kubernetes-common';
import { TARGET_ANNOTATION, Target } from '@mlpipe/plugin-ml-pipelines-common';

/** A target as the Kubernetes plugin knows clusters; undefined for any other target. */
export function targetToCluster(target: Target): ClusterDetails | undefined {
  const annotations = target.catalog?.annotations ?? {};
  const url = annotations[ANNOTATION_KUBERNETES_API_SERVER];
  if (!url) {
    return undefined;
  }
  return {
    name: target.name,
    title: target.title,
    url,
    caData: annotations[ANNOTATION_KUBERNETES_API_SERVER_CA],
    skipTLSVerify:
      annotations[ANNOTATION_KUBERNETES_SKIP_TLS_VERIFY] === 'true',
    authMetadata: {
      // A name that the frontend of the plugin knows as "the backend sees to it".
      [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: 'serviceAccount',
      [TARGET_ANNOTATION]: target.name,
    },
  };
}
