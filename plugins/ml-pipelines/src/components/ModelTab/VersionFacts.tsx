import { Link } from '@backstage/ui';
import { ModelVersion, runPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber, formatTime } from '../shared/format';
import { TimeAgo } from '../shared/TimeAgo';
import { usePromoter } from './usePromoter';
import styles from '../shared/page.module.css';

/** Where a version comes from, and what it decides by. */
export function VersionFacts(props: { name: string; version: ModelVersion }) {
  const { version } = props;
  const t = useText();
  const promoter = usePromoter();
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('model.version')}</dt>
        <dd>{version.version}</dd>
      </div>
      <div>
        <dt>{t('model.trained')}</dt>
        <dd>
          <TimeAgo time={version.trainedAt} />
          {version.run && (
            <>
              {' · '}
              <Link href={runPagePath(props.name, version.run)}>
                {t('model.run.open')}
              </Link>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('model.trigger')}</dt>
        <dd>{t(`run.trigger.${version.trigger}` as TextKey)}</dd>
      </div>
      <div>
        <dt>{t('model.events')}</dt>
        <dd>
          {formatNumber(version.events, 0)}
          {version.window && (
            <div className={styles.muted}>
              {t('model.window', {
                from: formatTime(version.window.from),
                to: formatTime(version.window.to),
              })}
            </div>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('model.threshold')}</dt>
        <dd>{formatNumber(version.threshold, 3)}</dd>
      </div>
      {version.parent && (
        <div>
          <dt>{t('model.parent')}</dt>
          <dd>{version.parent}</dd>
        </div>
      )}
      {version.revision !== undefined && (
        <div>
          <dt>{t('pipeline.status.revision')}</dt>
          <dd>{version.revision}</dd>
        </div>
      )}
      {version.promotedAt && (
        <div>
          <dt>{t('model.promoted')}</dt>
          <dd>
            <TimeAgo time={version.promotedAt} />
            {version.promotedBy && (
              <div className={styles.muted}>{promoter(version.promotedBy)}</div>
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
