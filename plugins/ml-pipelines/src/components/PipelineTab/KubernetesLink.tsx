import { ButtonLink } from '@backstage/ui';
import { useEntity } from '@backstage/plugin-catalog-react';
import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';

// By these annotations Backstage's Kubernetes plugin finds what is an entity's.
const ANNOTATIONS = [
  'backstage.io/kubernetes-id',
  'backstage.io/kubernetes-label-selector',
];

/** Link to the tab of Backstage's Kubernetes plugin, for entities that have one. */
export function KubernetesLink({ pipeline }: { pipeline: string }) {
  const t = useText();
  const { entity } = useEntity();
  const annotations = entity.metadata.annotations ?? {};
  return ANNOTATIONS.some(name => annotations[name]) ? (
    <ButtonLink
      size="small"
      variant="tertiary"
      href={`${pipelinePagePath(pipeline)}/kubernetes`}
    >
      {t('kubernetes.open')}
    </ButtonLink>
  ) : null;
}
