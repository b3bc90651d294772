import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { CopyButton } from '../shared/CopyButton';
import { Section } from '../shared/Section';
import styles from '../shared/page.module.css';

/** Makes a new API key, and shows it this one time. */
export function ApiKeySection({ name }: { name: string }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const [asking, setAsking] = useState(false);
  const [key, setKey] = useState<string>();
  return (
    <Section title={t('console.key.title')}>
      <div className={styles.bar} style={{ marginBottom: 0 }}>
        <Text as="p" color="secondary">
          {t('console.key.text')}
        </Text>
        <Button
          size="small"
          variant="secondary"
          onPress={() => setAsking(true)}
        >
          {t('console.key.rotate')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('console.key.confirm.title')}
          confirmLabel={t('console.key.rotate')}
          destructive
          onConfirm={async () => {
            const { apiKey } = await api.rotateApiKey(name);
            setKey(apiKey);
          }}
          onClose={() => setAsking(false)}
        >
          {t('console.key.confirm.text')}
        </ConfirmDialog>
      )}
      {key && (
        <Dialog
          isOpen
          width="min(520px, 92vw)"
          onOpenChange={open => {
            if (!open) {
              setKey(undefined);
            }
          }}
        >
          <DialogHeader>{t('console.key.new.title')}</DialogHeader>
          <DialogBody>
            <div className={styles.stack}>
              {t('console.key.new.text')}
              <code className={styles.code}>{key}</code>
            </div>
          </DialogBody>
          <DialogFooter>
            <CopyButton text={key} />
            <Button variant="primary" onPress={() => setKey(undefined)}>
              {t('common.close')}
            </Button>
          </DialogFooter>
        </Dialog>
      )}
    </Section>
  );
}
