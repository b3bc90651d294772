import { ReactNode, useState } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { toError } from '@backstage/errors';
import { useText } from '../../translation';

/** Asks before something is done, perhaps with fields to fill in; stays open with the reason when it fails. */
export function ConfirmDialog(props: {
  title: string;
  children: ReactNode;
  confirmLabel: string;
  destructive?: boolean;
  isDisabled?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (cause) {
      setError(toError(cause).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      width="min(560px, 92vw)"
      onOpenChange={open => {
        if (!open) {
          props.onClose();
        }
      }}
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        {error && (
          <Alert
            status="danger"
            icon
            role="alert"
            title={t('common.actionFailed')}
            description={error}
          />
        )}
        {props.children}
      </DialogBody>
      <DialogFooter>
        <Button
          variant="primary"
          destructive={props.destructive}
          isPending={busy}
          isDisabled={props.isDisabled}
          onPress={confirm}
        >
          {props.confirmLabel}
        </Button>
        <Button variant="secondary" onPress={props.onClose}>
          {t('common.cancel')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
