import { useState } from 'react';
import { PasswordField, TextField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { resourceNameSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';

/**
 * Writes a secret straight to the store; the value leaves this component in
 * no other way, and is forgotten when it closes.
 *
 * @param name - Secret whose value is replaced; a new one when absent.
 */
export function SecretDialog(props: {
  name?: string;
  onSaved: (name: string) => void;
  onClose: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const [name, setName] = useState(props.name ?? '');
  const [value, setValue] = useState('');
  const [description, setDescription] = useState('');
  const nameFits = resourceNameSchema.safeParse(name).success;

  return (
    <ConfirmDialog
      title={
        props.name
          ? t('secrets.dialog.replace', { name: props.name })
          : t('secrets.dialog.add')
      }
      confirmLabel={t('common.save')}
      isDisabled={!nameFits || !value}
      onConfirm={async () => {
        await api.saveSecret(name, value, description || undefined);
        props.onSaved(name);
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        {props.name ? (
          t('secrets.dialog.replace.text')
        ) : (
          <TextField
            label={t('secrets.field.name')}
            description={t('secrets.field.name.hint')}
            value={name}
            onChange={setName}
            isRequired
            // A dialog opens with its first field in focus (WAI-ARIA APG).
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            validationBehavior="aria"
            validate={text =>
              text === '' || resourceNameSchema.safeParse(text).success
                ? true
                : t('secrets.field.name.hint')
            }
          />
        )}
        <PasswordField
          label={t('secrets.field.value')}
          value={value}
          onChange={setValue}
          autoComplete="off"
          isRequired
        />
        <TextField
          label={t('secrets.field.description')}
          value={description}
          maxLength={200}
          onChange={setDescription}
        />
      </div>
    </ConfirmDialog>
  );
}
