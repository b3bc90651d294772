import { useState } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  PasswordField,
  TextField,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { resourceNameSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const nameFits = resourceNameSchema.safeParse(name).success;

  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.saveSecret(name, value, description || undefined);
      props.onSaved(name);
      props.onClose();
    } catch (cause) {
      setError(toError(cause).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      width="min(520px, 92vw)"
      onOpenChange={open => {
        if (!open) {
          props.onClose();
        }
      }}
    >
      <DialogHeader>
        {props.name
          ? t('secrets.dialog.replace', { name: props.name })
          : t('secrets.dialog.add')}
      </DialogHeader>
      <DialogBody>
        <div className={styles.stack}>
          {error && (
            <Alert
              status="danger"
              icon
              role="alert"
              title={t('common.actionFailed')}
              description={error}
            />
          )}
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
      </DialogBody>
      <DialogFooter>
        <Button
          variant="primary"
          isPending={busy}
          isDisabled={!nameFits || !value}
          onPress={save}
        >
          {t('common.save')}
        </Button>
        <Button variant="secondary" onPress={props.onClose}>
          {t('common.cancel')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
