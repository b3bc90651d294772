import type { TargetInspection } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useDynamicText, useText } from '../../translation';
import { checkKey } from '../../translations/en/inspection';
import { StatusLabel } from '../shared/StatusLabel';
import { ManifestBox } from './ManifestBox';
import page from '../shared/page.module.css';
import styles from './InspectionChecks.module.css';

const STATES = {
  ok: 'ready',
  warning: 'warning',
  failed: 'notReady',
  skipped: 'unknown',
} as const;

/** Details that are shown without scrolling. */
const FEW = 8;

/** Everything that was looked at on a target: what was found, and what to do. */
export function InspectionChecks(props: { inspection: TargetInspection }) {
  const { inspection } = props;
  const t = useText();
  const dynamic = useDynamicText();
  return (
    <div className={page.stack}>
      <ul className={styles.list} aria-label={t('inspection.checks')}>
        {inspection.checks.map(check => (
          <li key={check.id} className={styles.check}>
            <div className={page.actions}>
              <StatusLabel
                state={STATES[check.status]}
                text={dynamic(checkKey(check.id), check.title)}
              />
              <span className={page.muted}>
                {t(`inspection.status.${check.status}` as TextKey)}
              </span>
            </div>
            <div className={styles.text}>
              <div>{check.message}</div>
              {check.details && check.details.length > 0 && (
                <ul
                  className={styles.details}
                  aria-label={t('inspection.details')}
                  // A scrolling region must be reachable with the keyboard.
                  // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
                  tabIndex={check.details.length > FEW ? 0 : undefined}
                >
                  {check.details.map(detail => (
                    <li key={detail}>
                      <code>{detail}</code>
                    </li>
                  ))}
                </ul>
              )}
              {check.hint && <div className={page.muted}>{check.hint}</div>}
            </div>
          </li>
        ))}
      </ul>
      {inspection.manifest && <ManifestBox {...inspection.manifest} />}
    </div>
  );
}
