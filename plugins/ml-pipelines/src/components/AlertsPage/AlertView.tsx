import { Link, Text } from '@backstage/ui';
import {
  AlertDetail,
  ALERT_METRICS,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePipeline } from '../../hooks/usePipeline';
import { useSilences } from '../../hooks/useSilences';
import { TextKey, useDynamicText, useText } from '../../translation';
import { metricKey } from '../../translations/catalogueMessages';
import { SilenceList } from '../alerts/SilenceList';
import { useAlertSummary } from '../alerts/useAlertSummary';
import { useAlertValue } from '../alerts/useAlertValue';
import { AnomalyItem } from '../MonitoringTab/AnomalyItem';
import { entityName, formatNumber, formatTime } from '../shared/format';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { AlertActions } from './AlertActions';
import { AlertChart } from './AlertChart';
import { AlertTimeline } from './AlertTimeline';
import styles from '../shared/page.module.css';
import anomalies from '../MonitoringTab/AnomaliesPanel.module.css';

/** An alert: what it is about, what happened, the lines concerned, and what to do. */
export function AlertView(props: { alert: AlertDetail; onChange: () => void }) {
  const { alert } = props;
  const t = useText();
  const summaryOf = useAlertSummary();
  const pipeline = usePipeline(alert.pipeline);
  const silences = useSilences(alert.pipeline);
  const refresh = () => {
    props.onChange();
    silences.refresh();
  };
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.tight}>
          <Text as="h1" variant="title-small">
            {alert.rule}
          </Text>
          <div className={styles.actions}>
            <StatusLabel
              state={alert.severity}
              text={t(`severity.${alert.severity}` as TextKey)}
            />
            <Text as="span" role="status">
              {t(`alerts.${alert.state}` as TextKey)}
            </Text>
            <Link href={pipelinePagePath(alert.pipeline)}>
              {pipeline.value?.title ?? alert.pipeline}
            </Link>
          </div>
          <Text as="p">{summaryOf(alert)}</Text>
        </div>
        <AlertActions
          alert={alert}
          title={pipeline.value?.title ?? alert.pipeline}
          rules={pipeline.value?.document.spec.alerts.map(rule => rule.name)}
          onChange={refresh}
        />
      </div>
      <Section title={t('alert.facts')}>
        <Facts alert={alert} />
      </Section>
      <AlertChart alert={alert} />
      <div className={styles.columns}>
        <Section title={t('alert.timeline')}>
          <AlertTimeline alert={alert} />
        </Section>
        <Section title={t('alert.evidence')}>
          {alert.evidence.length === 0 ? (
            <Text as="p" color="secondary">
              {t('alert.evidence.none')}
            </Text>
          ) : (
            <div className={styles.stack}>
              <Text as="p" color="secondary">
                {t('alert.evidence.text')}
              </Text>
              <ol className={anomalies.list}>
                {alert.evidence.map(anomaly => (
                  <AnomalyItem key={anomaly.sequence} anomaly={anomaly} />
                ))}
              </ol>
            </div>
          )}
        </Section>
      </div>
      {silences.value && silences.value.length > 0 && (
        <SilenceList
          pipeline={alert.pipeline}
          silences={silences.value}
          onChange={refresh}
        />
      )}
    </>
  );
}

function Facts({ alert }: { alert: AlertDetail }) {
  const t = useText();
  const dynamic = useDynamicText();
  const valueOf = useAlertValue();
  const metric = ALERT_METRICS[alert.metric];
  const facts: Array<[TextKey, string | undefined]> = [
    ['alert.fact.value', valueOf(alert)],
    [
      'alert.fact.rule',
      `${dynamic(metricKey(alert.metric), metric?.title ?? alert.metric)} ${
        alert.operator
      } ${formatNumber(alert.threshold)} ${metric?.unit ?? ''}`.trim(),
    ],
    ['alerts.column.node', alert.node],
    ['alert.fact.started', formatTime(alert.startedAt)],
    ['alert.fact.fired', alert.firedAt && formatTime(alert.firedAt)],
    ['alert.fact.resolved', alert.resolvedAt && formatTime(alert.resolvedAt)],
    [
      'alert.fact.acknowledged',
      alert.acknowledgedBy &&
        alert.acknowledgedAt &&
        t('alert.fact.by', {
          who: entityName(alert.acknowledgedBy),
          time: formatTime(alert.acknowledgedAt),
        }),
    ],
    [
      'alert.fact.silenced',
      alert.state !== 'resolved' && alert.silencedUntil
        ? formatTime(alert.silencedUntil)
        : undefined,
    ],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(
        ([key, text]) =>
          text && (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd>{text}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
