import { useState } from 'react';
import { Button, Table, useTable } from '@backstage/ui';
import { RiNotificationOffLine } from '@remixicon/react';
import type { Alert as PipelineAlert } from '@mlpipe/plugin-ml-pipelines-common';
import { useAlerts } from '../../hooks/useAlerts';
import { usePipeline } from '../../hooks/usePipeline';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useSilences } from '../../hooks/useSilences';
import { useText } from '../../translation';
import { useAlertColumns } from '../alerts/alertColumns';
import { SilenceDialog } from '../alerts/SilenceDialog';
import { SilenceList } from '../alerts/SilenceList';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import styles from '../shared/page.module.css';

/** Alerts that fire now, those that did, and silences. */
export function AlertsPanel({ name }: { name: string }) {
  const t = useText();
  const alerts = useAlerts(name);
  const silences = useSilences(name);
  const refresh = () => {
    alerts.refresh();
    silences.refresh();
  };
  return (
    <QueryState query={alerts} height={320}>
      {({ items }) => {
        const now = items.filter(alert => alert.state !== 'resolved');
        const history = items.filter(alert => alert.state === 'resolved');
        return (
          <div className={styles.stack}>
            <Section
              title={t('alerts.now')}
              actions={<SilenceButton name={name} onDone={refresh} />}
            >
              {now.length ? (
                <AlertTable alerts={now} />
              ) : (
                <Message
                  icon={<RiNotificationOffLine />}
                  title={t('alerts.none.title')}
                >
                  {t('alerts.none.text')}
                </Message>
              )}
            </Section>
            {silences.value && silences.value.length > 0 && (
              <SilenceList
                pipeline={name}
                silences={silences.value}
                onChange={refresh}
              />
            )}
            {history.length > 0 && (
              <Section title={t('alerts.history')}>
                <AlertTable alerts={history} />
              </Section>
            )}
          </div>
        );
      }}
    </QueryState>
  );
}

function SilenceButton(props: { name: string; onDone: () => void }) {
  const t = useText();
  const { canUpdate } = usePipelinePermissions(props.name);
  const pipeline = usePipeline(props.name);
  const [open, setOpen] = useState(false);
  if (!canUpdate || !pipeline.value) {
    return null;
  }
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiNotificationOffLine />}
        onPress={() => setOpen(true)}
      >
        {t('silence.action')}
      </Button>
      {open && (
        <SilenceDialog
          pipeline={props.name}
          rules={pipeline.value.document.spec.alerts.map(rule => rule.name)}
          onDone={props.onDone}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function AlertTable({ alerts }: { alerts: PipelineAlert[] }) {
  const columnConfig = useAlertColumns({ pipeline: false });
  const { tableProps } = useTable({
    mode: 'complete',
    data: alerts,
    paginationOptions: { pageSize: 25 },
  });
  return <Table {...tableProps} columnConfig={columnConfig} />;
}
