import { useState } from 'react';
import { Text, TextAreaField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';

/** Takes an alert over, with a word to the others. */
export function AcknowledgeDialog(props: {
  id: string;
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [comment, setComment] = useState('');
  return (
    <ConfirmDialog
      title={t('alert.acknowledge.title')}
      confirmLabel={t('alert.acknowledge')}
      onConfirm={async () => {
        await api.acknowledgeAlert(props.id, comment.trim() || undefined);
        toasts.post({
          title: t('alert.acknowledge.done'),
          status: 'success',
          timeout: 5000,
        });
        props.onDone();
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <Text as="p">{t('alert.acknowledge.text')}</Text>
        <TextAreaField
          label={t('alert.acknowledge.comment')}
          secondaryLabel={t('common.optional')}
          value={comment}
          onChange={setComment}
          maxLength={500}
        />
      </div>
    </ConfirmDialog>
  );
}
