import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { RiShieldCheckLine } from '@remixicon/react';
import { useAnomalies } from '../../hooks/useAnomalies';
import { useText } from '../../translation';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { AnomalyItem } from './AnomalyItem';
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
                <AnomalyItem key={anomaly.sequence} anomaly={anomaly} />
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
