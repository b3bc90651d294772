import { Alert } from '@backstage/ui';
import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { usePipeline } from '../../hooks/usePipeline';
import { usePipelineStatus } from '../../hooks/usePipelineStatus';
import { useNodeShares } from '../../hooks/useNodeShares';
import { TextKey, useText } from '../../translation';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { LeftoverNotice } from '../RevisionsTab/LeftoverNotice';
import { EventTable } from './EventTable';
import { GraphView } from './GraphView';
import { KubernetesLink } from './KubernetesLink';
import { PipelineActions } from './PipelineActions';
import { StatusPanel } from './StatusPanel';
import styles from '../shared/page.module.css';

/** How a pipeline is, and what can be done with it. */
export function PipelineOverview({ name }: { name: string }) {
  const pipeline = usePipeline(name);
  return (
    <QueryState query={pipeline} height={420}>
      {value => <Loaded pipeline={value} onChange={pipeline.refresh} />}
    </QueryState>
  );
}

function Loaded(props: { pipeline: PipelineDetail; onChange: () => void }) {
  const { pipeline } = props;
  const t = useText();
  const status = usePipelineStatus(pipeline.name);
  const shares = useNodeShares(pipeline.name);
  const { deployedRevision, revision } = pipeline;
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <div aria-live="polite">
          <StatusLabel
            state={pipeline.status}
            text={t(`status.${pipeline.status}` as TextKey)}
          />
          {pipeline.statusReason && (
            <div className={styles.muted}>{pipeline.statusReason}</div>
          )}
        </div>
        <PipelineActions
          pipeline={pipeline}
          onChange={() => {
            props.onChange();
            status.refresh();
          }}
        />
      </div>
      <LeftoverNotice pipeline={pipeline} onChange={props.onChange} />
      {deployedRevision !== undefined && deployedRevision < revision && (
        <Alert
          status="info"
          icon
          title={t('pipeline.revision.newer', {
            newest: String(revision),
            deployed: String(deployedRevision),
          })}
        />
      )}
      <Section title={t('pipeline.graph.title')}>
        <GraphView
          nodes={pipeline.document.spec.nodes}
          edges={pipeline.document.spec.edges}
          shares={shares}
          problemNode={status.value?.lastError?.node}
        />
      </Section>
      <Section
        title={t('pipeline.status.title')}
        actions={<KubernetesLink pipeline={pipeline.name} />}
      >
        <QueryState query={status} height={160}>
          {value => <StatusPanel status={value} pipeline={pipeline} />}
        </QueryState>
      </Section>
      {status.value?.events && (
        <Section title={t('events.title')}>
          <EventTable events={status.value.events} />
        </Section>
      )}
    </div>
  );
}
