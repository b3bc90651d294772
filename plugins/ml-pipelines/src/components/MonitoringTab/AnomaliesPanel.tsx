import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { RiShieldCheckLine } from '@remixicon/react';
import type { Anomaly } from '@mlpipe/plugin-ml-pipelines-common';
import { useAnomalies } from '../../hooks/useAnomalies';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { TimeAgo } from '../shared/TimeAgo';
import { Reasons } from './Reasons';
import page from '../shared/page.module.css';
import styles from './AnomaliesPanel.module.css';

const PAGE = 25;

/** Anomalies with the line and why it is one, newest first. */
export function AnomaliesPanel({ name }: { name: string }) {
  const t = useText();
  const anomalies = useAnomalies(name);
  const [shown, setShown] = useState(PAGE);
  return (
    <QueryState query={anomalies} height={320}>
      {items =>
        items.length === 0 ? (
          <Message
            icon={<RiShieldCheckLine />}
            title={t('anomalies.empty.title')}
          >
            {t('anomalies.empty.text')}
          </Message>
        ) : (
          <div className={page.stack}>
            <Text as="p" color="secondary" role="status">
              {t('anomalies.count', { count: items.length })}
            </Text>
            <ol
              className={styles.list}
              aria-label={t('monitoring.section.anomalies')}
            >
              {items.slice(0, shown).map(anomaly => (
                <Item key={anomaly.sequence} anomaly={anomaly} />
              ))}
            </ol>
            {shown < items.length && (
              <div>
                <Button
                  variant="secondary"
                  size="small"
                  onPress={() => setShown(n => n + PAGE)}
                >
                  {t('common.more')}
                </Button>
              </div>
            )}
          </div>
        )
      }
    </QueryState>
  );
}

function Item({ anomaly }: { anomaly: Anomaly }) {
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
