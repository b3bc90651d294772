import { Text } from '@backstage/ui';
import type { GateCheck, GateResult } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from '../shared/page.module.css';
import own from './ModelTab.module.css';

/** What the gate between challenger and champion saw, in words. */
export function GateChecks({ gate }: { gate?: GateResult }) {
  const t = useText();
  const check = useCheckText();
  return (
    <div className={styles.tight}>
      <Text as="h3" variant="body-medium" weight="bold">
        {t('model.gate.title')}
      </Text>
      <span className={styles.muted}>{t('model.words.gate')}</span>
      {gate && (
        <>
          <ul className={own.list} aria-label={t('model.gate.title')}>
            {gate.checks.map(item => (
              <li key={item.name}>
                <StatusLabel
                  state={item.passed ? 'ready' : 'notReady'}
                  text={t(
                    item.passed ? 'model.gate.passed' : 'model.gate.failed',
                  )}
                />
                <span>{check(item)}</span>
              </li>
            ))}
          </ul>
          <span className={styles.muted}>
            {t('model.gate.events', { events: formatNumber(gate.events, 0) })}
            {' · '}
            <TimeAgo time={gate.at} />
          </span>
        </>
      )}
    </div>
  );
}

/** A check in the user's language; the runtime's own sentence for one that we do not know. */
function useCheckText() {
  const t = useText();
  return ({ name, text, value, bound }: GateCheck): string => {
    const say = (key: TextKey, format: (figure: number) => string) =>
      t(key, { value: format(value), bound: format(bound) });
    switch (name) {
      case 'anomaly-ratio':
        return say('model.gate.anomalyRatio', share =>
          formatNumber(100 * share, 1),
        );
      case 'agreement':
        return say('model.gate.agreement', figure => formatNumber(figure));
      case 'drift':
        return say('model.gate.drift', figure => formatNumber(figure));
      case 'latency':
        return say('model.gate.latency', ms => formatNumber(ms, 3));
      default:
        return text;
    }
  };
}
