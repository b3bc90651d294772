import { useState } from 'react';
import { TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { TextKey, useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';

/** What somebody wants to do, and with which version. */
export type ModelChange =
  | { action: 'retrain' }
  | { action: 'promote' | 'reject'; version: string }
  /** The version to go back to. */
  | { action: 'rollback'; version: string };

/** Opens the question whether to do it; absent for those who may not. */
export type OnAsk = ((change: ModelChange) => void) | undefined;

/** Says what a change of the model means, and does it. */
export function ModelDialog(props: {
  name: string;
  view: ModelsView;
  change: ModelChange;
  onDone: () => void;
  onClose: () => void;
}) {
  const { name, view, change } = props;
  const { action } = change;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [reason, setReason] = useState('');
  const values = {
    version: 'version' in change ? change.version : '',
    champion: view.champion ?? '–',
  };

  const act = async () => {
    switch (change.action) {
      case 'retrain':
        await api.retrainModel(name);
        break;
      case 'promote':
        await api.promoteModel(name, change.version);
        break;
      case 'reject':
        await api.rejectModel(name, change.version);
        break;
      default:
        await api.rollbackModel(name, {
          version: change.version,
          ...(reason.trim() && { reason: reason.trim() }),
        });
    }
    toasts.post({
      title: t(`model.done.${action}` as TextKey, values),
      status: 'success',
      timeout: 5_000,
    });
    props.onDone();
  };

  return (
    <ConfirmDialog
      title={t(`model.ask.${action}` as TextKey, values)}
      confirmLabel={t(`model.${action}` as TextKey)}
      destructive={action === 'reject' || action === 'rollback'}
      onConfirm={act}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <span>{t(`model.means.${action}` as TextKey, values)}</span>
        {action === 'promote' && gateFailed(view, values.version) && (
          <span>{t('model.means.promote.failed')}</span>
        )}
        {action === 'rollback' && (
          <TextField
            label={t('model.reason')}
            description={t('model.reason.hint')}
            value={reason}
            maxLength={500}
            onChange={setReason}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

function gateFailed(view: ModelsView, version: string): boolean {
  const { gate } = view.versions.find(v => v.version === version) ?? {};
  return gate?.passed !== true;
}
