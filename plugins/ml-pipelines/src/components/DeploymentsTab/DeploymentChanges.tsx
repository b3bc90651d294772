import { Deployment, diffDocuments } from '@mlpipe/plugin-ml-pipelines-common';
import { catalogue } from '../../forms/catalogue';
import { useDeployedBefore } from '../../hooks/useDeployedBefore';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';

/** What a deployment changes against what ran before it, in words. */
export function DeploymentChanges({ deployment }: { deployment: Deployment }) {
  const t = useText();
  const revisions = useDeployedBefore(deployment);
  return (
    <Section title={t('changes.deployment')}>
      <QueryState query={revisions} height={80}>
        {({ before, after }) => (
          <ChangeList
            changes={
              before
                ? diffDocuments(before.document, after.document, catalogue)
                : []
            }
            none={before ? undefined : t('changes.deployment.first')}
          />
        )}
      </QueryState>
    </Section>
  );
}
