import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Text,
} from '@backstage/ui';
import type { InvokeResponse } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { CopyButton } from '../shared/CopyButton';
import { formatMilliseconds, formatNumber } from '../shared/format';
import { StatusLabel } from '../shared/StatusLabel';
import { Reasons } from '../MonitoringTab/Reasons';
import { inferAnswer } from './inferAnswer';
import page from '../shared/page.module.css';
import styles from './Answer.module.css';

/** What the pipeline answered: a row for each line, and the answer as it came. */
export function Answer(props: { lines: string[]; response: InvokeResponse }) {
  const { lines, response } = props;
  const t = useText();
  const scored = inferAnswer(response.body, lines);
  return (
    <div className={page.stack}>
      <StatusLabel
        state={response.status < 400 ? 'ready' : 'failed'}
        text={t('console.status', {
          status: String(response.status),
          duration: formatMilliseconds(response.durationMs),
        })}
      />
      {scored && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('console.column.line')}</th>
                <th scope="col">{t('console.column.score')}</th>
                <th scope="col">{t('console.column.verdict')}</th>
                <th scope="col">{t('console.column.why')}</th>
              </tr>
            </thead>
            <tbody>
              {scored.map((row, index) => (
                // The answer never changes once it is there.
                // eslint-disable-next-line react/no-array-index-key
                <tr key={index}>
                  <td className={styles.line}>{row.line}</td>
                  <td className={styles.score}>
                    {formatNumber(row.score, 3)}
                    <span className={styles.track} aria-hidden="true">
                      <span
                        className={styles.fill}
                        data-anomaly={row.anomaly || undefined}
                        style={{
                          width: `${
                            100 * Math.min(1, Math.max(0, row.score))
                          }%`,
                        }}
                      />
                    </span>
                  </td>
                  <td>
                    <StatusLabel
                      state={row.anomaly ? 'warning' : 'ready'}
                      text={t(
                        row.anomaly ? 'console.anomaly' : 'console.usual',
                      )}
                    />
                  </td>
                  <td>
                    {row.features.length ? (
                      <Reasons features={row.features} />
                    ) : (
                      '–'
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Accordion defaultExpanded={!scored}>
        <AccordionTrigger title={t('console.raw')} />
        <AccordionPanel>
          <pre className={page.code}>
            {typeof response.body === 'string'
              ? response.body
              : JSON.stringify(response.body, null, 2)}
          </pre>
        </AccordionPanel>
      </Accordion>
      <div className={page.tight}>
        <div className={page.bar} style={{ marginBottom: 0 }}>
          <Text as="h3" variant="body-medium" weight="bold">
            {t('console.curl')}
          </Text>
          <CopyButton text={response.curl} />
        </div>
        <pre className={page.code}>{response.curl}</pre>
        <span className={page.muted}>{t('console.curl.hint')}</span>
      </div>
    </div>
  );
}
