import { useState } from 'react';
import { Button, ButtonLink } from '@backstage/ui';
import {
  RiCheckLine,
  RiFlowChart,
  RiNotificationOffLine,
} from '@remixicon/react';
import {
  AlertDetail,
  alertPagePath,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { TextKey, useText } from '../../translation';
import { AcknowledgeDialog } from '../alerts/AcknowledgeDialog';
import { SilenceDialog } from '../alerts/SilenceDialog';
import { useAlertSummary } from '../alerts/useAlertSummary';
import { TellButton } from '../TellDialog/TellButton';
import styles from '../shared/page.module.css';

const URGENCY = { critical: 'critical', warning: 'high', info: 'low' } as const;

/** Buttons of what the user may do about an alert. */
export function AlertActions(props: {
  alert: AlertDetail;
  /** Title of the pipeline. */
  title: string;
  rules?: string[];
  onChange: () => void;
}) {
  const { alert, title, onChange } = props;
  const t = useText();
  const summaryOf = useAlertSummary();
  const { canUpdate } = usePipelinePermissions(alert.pipeline);
  const [dialog, setDialog] = useState<'acknowledge' | 'silence'>();
  const close = () => setDialog(undefined);
  return (
    <div className={styles.actions}>
      <ButtonLink
        size="small"
        variant="tertiary"
        iconStart={<RiFlowChart />}
        href={`${pipelinePagePath(alert.pipeline)}/ml-pipeline`}
      >
        {t('alert.openPipeline')}
      </ButtonLink>
      <TellButton
        pipeline={alert.pipeline}
        onDone={onChange}
        subject={() => ({
          pipeline: alert.pipeline,
          alert: alert.id,
          link: alertPagePath(alert.id),
          severity:
            alert.state === 'resolved' ? 'normal' : URGENCY[alert.severity],
          message: t('tell.message.alert', {
            rule: alert.rule,
            pipeline: title,
            state: t(`tell.message.alert.${alert.state}` as TextKey),
            summary: summaryOf(alert),
          }),
        })}
      />
      {canUpdate && alert.state !== 'resolved' && (
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiNotificationOffLine />}
          onPress={() => setDialog('silence')}
        >
          {t('silence.action')}
        </Button>
      )}
      {canUpdate && alert.state === 'firing' && !alert.acknowledgedAt && (
        <Button
          size="small"
          variant="primary"
          iconStart={<RiCheckLine />}
          onPress={() => setDialog('acknowledge')}
        >
          {t('alert.acknowledge')}
        </Button>
      )}
      {dialog === 'acknowledge' && (
        <AcknowledgeDialog id={alert.id} onDone={onChange} onClose={close} />
      )}
      {dialog === 'silence' && (
        <SilenceDialog
          pipeline={alert.pipeline}
          rule={alert.rule}
          rules={[...new Set([alert.rule, ...(props.rules ?? [])])]}
          onDone={onChange}
          onClose={close}
        />
      )}
    </div>
  );
}
