import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiDeleteBinLine, RiEditLine } from '@remixicon/react';
import {
  Target,
  targetManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatAgo, formatTime } from '../shared/format';
import { StatusLabel } from '../shared/StatusLabel';
import { EditTargetDialog } from './EditTargetDialog';
import { RemoveTargetDialog } from './RemoveTargetDialog';
import styles from '../shared/page.module.css';

/** What a target is called, how it is and since when, and what can be done with it. */
export function TargetHead(props: { target: Target; onChange: () => void }) {
  const { target } = props;
  const { ready, reason, since, checkedAt } = target.status;
  const t = useText();
  const manage = usePermission({ permission: targetManagePermission });
  const [dialog, setDialog] = useState<'edit' | 'remove'>();
  return (
    <div className={styles.bar}>
      <div className={styles.tight}>
        <Text as="h1" variant="title-small">
          {target.title}
        </Text>
        {target.description && <Text as="p">{target.description}</Text>}
        <div className={styles.actions} role="status">
          <StatusLabel
            state={ready ? 'ready' : 'notReady'}
            text={t(ready ? 'targets.ready' : 'targets.notReady')}
          />
          <span className={styles.muted}>
            {[
              since && t('target.since', { time: formatTime(since) }),
              t('target.checked', { time: formatAgo(checkedAt) }),
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        </div>
        {reason && <div>{reason}</div>}
        {!ready && <div className={styles.muted}>{t('target.dead')}</div>}
      </div>
      {manage.allowed && !target.readOnly && (
        <div className={styles.actions}>
          <Button
            size="small"
            variant="tertiary"
            iconStart={<RiDeleteBinLine />}
            onPress={() => setDialog('remove')}
          >
            {t('target.remove')}
          </Button>
          {target.configuration && (
            <Button
              size="small"
              variant="secondary"
              iconStart={<RiEditLine />}
              onPress={() => setDialog('edit')}
            >
              {t('target.edit')}
            </Button>
          )}
        </div>
      )}
      {dialog === 'edit' && (
        <EditTargetDialog
          target={target}
          onSaved={props.onChange}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'remove' && (
        <RemoveTargetDialog
          target={target}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}
