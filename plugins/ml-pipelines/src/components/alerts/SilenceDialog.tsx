import { useState } from 'react';
import { Select, Text, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { TextKey, useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';

const MINUTES = [30, 120, 480, 1440, 10_080];
/** Key of every rule; no rule can be called so. */
const ALL = '*';

/** Keeps notifications of a pipeline back for a while. */
export function SilenceDialog(props: {
  pipeline: string;
  /** Chosen at first; every rule when absent. */
  rule?: string;
  rules: string[];
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [rule, setRule] = useState(props.rule ?? ALL);
  const [minutes, setMinutes] = useState(MINUTES[1]);
  const [comment, setComment] = useState('');
  return (
    <ConfirmDialog
      title={t('silence.title')}
      confirmLabel={t('silence.action')}
      isDisabled={!comment.trim()}
      onConfirm={async () => {
        await api.createSilence(props.pipeline, {
          ...(rule !== ALL && { rule }),
          minutes,
          comment: comment.trim(),
        });
        toasts.post({
          title: t('silence.done'),
          status: 'success',
          timeout: 5000,
        });
        props.onDone();
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <Text as="p">{t('silence.text')}</Text>
        <Select
          label={t('silence.what')}
          size="medium"
          selectionMode="single"
          options={[
            { id: ALL, label: t('silence.what.all') },
            ...props.rules.map(id => ({
              id,
              label: t('silence.what.rule', { rule: id }),
            })),
          ]}
          value={rule}
          onChange={key => setRule(String(key))}
        />
        <Select
          label={t('silence.duration')}
          size="medium"
          selectionMode="single"
          options={MINUTES.map(id => ({
            id: String(id),
            label: t(`silence.duration.${id}` as TextKey),
          }))}
          value={String(minutes)}
          onChange={key => setMinutes(Number(key))}
        />
        <TextField
          label={t('silence.comment')}
          description={t('silence.comment.hint')}
          value={comment}
          onChange={setComment}
          maxLength={500}
          isRequired
          validationBehavior="aria"
        />
      </div>
    </ConfirmDialog>
  );
}
