import { useState } from 'react';
import { Alert, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import { OVERVIEW_PATH } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import type { RevisionDialogProps } from './RevisionDialog';
import styles from '../shared/page.module.css';

/** Gives up a pipeline whose target is gone for good. */
export function ForgetDialog(props: RevisionDialogProps) {
  const { pipeline } = props;
  const { name } = pipeline;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');

  return (
    <ConfirmDialog
      title={t('forget.title', { name: pipeline.title })}
      confirmLabel={t('forget.confirm')}
      destructive
      isDisabled={typed !== name || reason.trim() === ''}
      onConfirm={async () => {
        await api.forgetPipeline(name, { confirm: typed, reason });
        toasts.post({ title: t('forget.done', { name }), status: 'success' });
        navigate(OVERVIEW_PATH);
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <Alert
          status="warning"
          icon
          title={t('forget.instead')}
          description={t('forget.explain')}
        />
        <TextField
          label={t('forget.reason')}
          description={t('forget.reason.hint')}
          value={reason}
          maxLength={500}
          isRequired
          // A dialog opens with its first field in focus (WAI-ARIA APG).
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          onChange={setReason}
        />
        <TextField
          label={t('forget.type', { name })}
          value={typed}
          onChange={setTyped}
          isRequired
          autoComplete="off"
          validationBehavior="aria"
          validate={text =>
            name.startsWith(text) ? true : t('forget.type.wrong')
          }
        />
      </div>
    </ConfirmDialog>
  );
}
