import type { SourceStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import {
  formatAgo,
  formatBytes,
  formatNumber,
  formatTime,
} from '../shared/format';
import styles from '../shared/page.module.css';
import own from './SourcePanel.module.css';

interface Fact {
  label: string;
  value: string;
  hint?: string;
}

/** What a pipeline gets from its source: received, lost, waiting, and samples of bad lines. */
export function SourcePanel(props: { source: SourceStatus }) {
  const { source } = props;
  const t = useText();
  const { samples, count } = source.malformed;
  const lag = formatBytes(source.lagBytes);
  const facts: Fact[] = [];
  const add = (key: TextKey, value: string | undefined, hint?: TextKey) => {
    if (value !== undefined) {
      facts.push({ label: t(key), value, hint: hint && t(hint) });
    }
  };
  const number = (value: number | undefined) =>
    value === undefined ? undefined : formatNumber(value);
  add('pipeline.source.received', number(source.received));
  add('pipeline.source.lost', number(source.lost), 'pipeline.source.lost.hint');
  add(
    'pipeline.source.refused',
    number(source.refused),
    'pipeline.source.refused.hint',
  );
  add('pipeline.source.malformed', number(count));
  add(
    'pipeline.source.lag',
    source.lagEvents === undefined
      ? lag
      : t('pipeline.source.lagEvents', {
          events: formatNumber(source.lagEvents),
          bytes: lag,
        }),
  );
  add(
    'pipeline.source.lastEvent',
    source.lastEventAt
      ? formatAgo(source.lastEventAt)
      : t('pipeline.source.never'),
  );
  add('pipeline.source.listening', source.listening?.join(', ') || undefined);
  return (
    <section
      className={styles.tight}
      aria-label={t('pipeline.source.title')}
      data-node={source.node}
    >
      <h4 className={own.title}>{t('pipeline.source.title')}</h4>
      <dl className={styles.facts}>
        {facts.map(({ label, value, hint }) => (
          <div key={label} title={hint}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {samples.length > 0 && (
        <details>
          <summary>{t('pipeline.source.samples')}</summary>
          <div
            className={own.scroll}
            // What scrolls has to be reachable by keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            role="region"
            aria-label={t('pipeline.source.samples')}
          >
            <table className={own.table}>
              <thead>
                <tr>
                  <th scope="col">{t('pipeline.source.sample.time')}</th>
                  <th scope="col">{t('pipeline.source.sample.reason')}</th>
                  <th scope="col">{t('pipeline.source.sample.line')}</th>
                </tr>
              </thead>
              <tbody>
                {samples.map((sample, index) => (
                  // The same line may be bad twice within a millisecond.
                  // eslint-disable-next-line react/no-array-index-key
                  <tr key={`${sample.time}-${index}`}>
                    <td>{formatTime(sample.time)}</td>
                    <td>{sample.reason}</td>
                    <td>
                      <code>{sample.line}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}
