import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiKey2Line } from '@remixicon/react';
import {
  Target,
  targetManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { entityName, formatTime } from '../shared/format';
import { TimeAgo } from '../shared/TimeAgo';
import { RotateDialog } from './RotateDialog';
import styles from '../shared/page.module.css';

/** Days before their end in which credentials are said to end soon. */
const SOON_DAYS = 14;

/** Who stored the credentials of a target and when, until when they hold, and how to replace them. */
export function TargetCredentials(props: {
  target: Target;
  expiresAt?: string;
  onChange: () => void;
}) {
  const { target, expiresAt } = props;
  const { credentials } = target;
  const t = useText();
  const manage = usePermission({ permission: targetManagePermission });
  const [rotating, setRotating] = useState(false);
  const left = expiresAt ? Date.parse(expiresAt) - Date.now() : Infinity;
  return (
    <div className={styles.stack}>
      {expiresAt && left < SOON_DAYS * 86_400_000 && (
        <Alert
          status={left < 0 ? 'danger' : 'warning'}
          icon
          title={t(
            left < 0 ? 'target.credentials.ended' : 'target.credentials.ends',
            { time: formatTime(expiresAt) },
          )}
        />
      )}
      {credentials ? (
        <dl className={styles.facts}>
          <div>
            <dt>{t('target.credentials.version')}</dt>
            <dd>{credentials.version}</dd>
          </div>
          <div>
            <dt>{t('target.credentials.by')}</dt>
            <dd>{entityName(credentials.updatedBy)}</dd>
          </div>
          <div>
            <dt>{t('target.credentials.when')}</dt>
            <dd>
              <TimeAgo time={credentials.updatedAt} />
            </dd>
          </div>
          {expiresAt && (
            <div>
              <dt>{t('target.credentials.until')}</dt>
              <dd>{formatTime(expiresAt)}</dd>
            </div>
          )}
        </dl>
      ) : (
        <span>{t('target.credentials.none')}</span>
      )}
      <span className={styles.muted}>{t('target.credentials.text')}</span>
      {manage.allowed && (
        <div>
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiKey2Line />}
            onPress={() => setRotating(true)}
          >
            {t('target.credentials.rotate')}
          </Button>
        </div>
      )}
      {rotating && (
        <RotateDialog
          target={target}
          onStored={props.onChange}
          onClose={() => setRotating(false)}
        />
      )}
    </div>
  );
}
