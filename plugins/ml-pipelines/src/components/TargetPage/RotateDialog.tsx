import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Radio,
  RadioGroup,
} from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { Target } from '@mlpipe/plugin-ml-pipelines-common';
import { ConnectionCheckPanel } from '../../forms/connection/ConnectionCheckPanel';
import {
  credentialsOf,
  NO_CREDENTIALS,
} from '../../forms/connection/credentialsDraft';
import { CredentialsEntry } from '../../forms/connection/CredentialsEntry';
import { useConnectionCheck } from '../../forms/connection/useConnectionCheck';
import { useText } from '../../translation';
import styles from '../shared/page.module.css';

/**
 * Replaces the credentials of a target with others of the same kind that were
 * checked. They leave this component for the backend only, and are forgotten
 * when it closes.
 */
export function RotateDialog(props: {
  target: Target;
  onStored: () => void;
  onClose: () => void;
}) {
  const { target, onClose } = props;
  const t = useText();
  const toasts = useApi(toastApiRef);
  const { configuration = {} } = target;
  const context =
    typeof configuration.context === 'string'
      ? configuration.context
      : undefined;
  const [method, setMethod] = useState<'kubeconfig' | 'server'>(
    configuration.apiServer ? 'server' : 'kubeconfig',
  );
  const [draft, setDraft] = useState(NO_CREDENTIALS);
  const check = useConnectionCheck(({ version }) => {
    toasts.post({
      title: t('target.credentials.stored', { version: String(version) }),
      status: 'success',
      timeout: 5000,
    });
    props.onStored();
    onClose();
  });
  const credentials = credentialsOf(method, draft, context);
  return (
    <Dialog
      isOpen
      width="min(680px, 92vw)"
      onOpenChange={open => {
        if (!open) {
          onClose();
        }
      }}
    >
      <DialogHeader>
        {t('target.credentials.rotate.title', { name: target.title })}
      </DialogHeader>
      <DialogBody>
        <div className={styles.stack}>
          <span>{t('target.credentials.rotate.text')}</span>
          {Boolean(configuration.apiServer) && (
            <RadioGroup
              label={t('target.credentials.kind')}
              orientation="horizontal"
              value={method}
              onChange={key => {
                check.forget();
                setMethod(key === 'server' ? 'server' : 'kubeconfig');
              }}
            >
              <Radio value="server">{t('target.credentials.single')}</Radio>
              <Radio value="kubeconfig">{t('connection.kubeconfig')}</Radio>
            </RadioGroup>
          )}
          <CredentialsEntry
            method={method}
            draft={draft}
            context={context}
            onChange={next => {
              check.forget();
              setDraft(next);
            }}
          />
          <span className={styles.muted}>{t('target.credentials.text')}</span>
          <ConnectionCheckPanel
            check={check}
            label={t('target.credentials.rotate.confirm')}
            request={
              credentials && {
                kind: target.kind,
                target: target.name,
                config: configuration,
                credentials,
              }
            }
            missing=""
          />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          {t('common.cancel')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
