import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RiDownload2Line } from '@remixicon/react';
import { isFinalRunState, Run } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { formatBytes } from '../shared/format';
import styles from '../shared/page.module.css';
import own from './RunsTab.module.css';

/** Files that a run left, to be downloaded. */
export function RunArtifacts({ run }: { run: Run }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [busy, setBusy] = useState<string>();

  const download = async (name: string) => {
    setBusy(name);
    try {
      const { url } = await api.runArtifactUrl(run.id, name);
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
    } catch (error) {
      toasts.post({
        title: t('common.actionFailed'),
        description: toError(error).message,
        status: 'danger',
      });
    } finally {
      setBusy(undefined);
    }
  };

  if (run.artifacts.length === 0) {
    return (
      <Text as="p" color="secondary">
        {t(isFinalRunState(run.state) ? 'common.none' : 'run.artifacts.later')}
      </Text>
    );
  }
  return (
    <ul className={own.list} aria-label={t('run.artifacts.title')}>
      {run.artifacts.map(({ name, size }) => (
        <li key={name}>
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiDownload2Line />}
            isPending={busy === name}
            aria-label={t('run.artifacts.download', { name })}
            onPress={() => download(name)}
          >
            {name}
          </Button>
          <span className={styles.muted}>{formatBytes(size)}</span>
        </li>
      ))}
    </ul>
  );
}
