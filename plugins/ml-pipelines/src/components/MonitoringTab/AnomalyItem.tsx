import { Text } from '@backstage/ui';
import type { Anomaly } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { TimeAgo } from '../shared/TimeAgo';
import { Reasons } from './Reasons';
import page from '../shared/page.module.css';
import styles from './AnomaliesPanel.module.css';

/** An item of a list: the line, its score, and why. */
export function AnomalyItem({ anomaly }: { anomaly: Anomaly }) {
  const t = useText();
  return (
    <li className={styles.item}>
      <div className={page.actions}>
        <Text as="span" weight="bold">
          {t('anomalies.score', {
            score: formatNumber(anomaly.score, 3),
            threshold: formatNumber(anomaly.threshold, 3),
          })}
        </Text>
        <span className={page.muted}>
          <TimeAgo time={anomaly.time} />
          {' · '}
          {t('anomalies.source', { source: anomaly.source })}
          {' · '}
          {t('common.node', { node: anomaly.node })}
        </span>
      </div>
      <code className={styles.line}>{anomaly.line}</code>
      <Reasons features={anomaly.features} />
    </li>
  );
}
