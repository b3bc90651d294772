import type { Anomaly } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import styles from './Reasons.module.css';

const MOST = 5;

/** Features that made a line unusual, the strongest first, with a bar each. */
export function Reasons(props: { features: Anomaly['features'] }) {
  const t = useText();
  const features = [...props.features]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MOST);
  const most = Math.max(...features.map(f => Math.abs(f.contribution)), 1e-12);
  return (
    <ul className={styles.list} aria-label={t('anomalies.why')}>
      {features.map(feature => (
        <li key={feature.name} className={styles.item}>
          <span className={styles.track} aria-hidden="true">
            <span
              className={styles.fill}
              style={{
                width: `${(100 * Math.abs(feature.contribution)) / most}%`,
              }}
            />
          </span>
          <span
            title={t('anomalies.feature', {
              name: feature.name,
              value: formatNumber(feature.value),
              typical: formatNumber(feature.typical),
            })}
          >
            {feature.text ||
              t('anomalies.feature', {
                name: feature.name,
                value: formatNumber(feature.value),
                typical: formatNumber(feature.typical),
              })}
          </span>
        </li>
      ))}
    </ul>
  );
}
