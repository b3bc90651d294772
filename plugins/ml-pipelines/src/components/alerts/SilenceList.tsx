import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import type { Silence } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import { entityName, formatTime } from '../shared/format';
import { Section } from '../shared/Section';
import styles from '../shared/page.module.css';

/** Silences that hold, each with a way to end it. */
export function SilenceList(props: {
  pipeline: string;
  silences: Silence[];
  onChange: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const { canUpdate } = usePipelinePermissions(props.pipeline);
  const [busy, setBusy] = useState<string>();
  const end = async (id: string) => {
    setBusy(id);
    try {
      await api.deleteSilence(props.pipeline, id);
      toasts.post({
        title: t('silence.ended'),
        status: 'success',
        timeout: 5000,
      });
    } catch (error) {
      toasts.post({
        title: t('common.actionFailed'),
        description: toError(error).message,
        status: 'danger',
      });
    } finally {
      setBusy(undefined);
      props.onChange();
    }
  };
  return (
    <Section title={t('silence.list')}>
      <ul className={styles.plain}>
        {props.silences.map(silence => {
          const what = silence.rule
            ? t('silence.what.rule', { rule: silence.rule })
            : t('silence.what.all');
          return (
            <li key={silence.id} className={styles.actions}>
              <div>
                <Text as="p" weight="bold">
                  {what}
                </Text>
                <Text as="p">{silence.comment}</Text>
                <Text as="p" color="secondary" variant="body-small">
                  {[
                    t('silence.until', { time: formatTime(silence.endsAt) }),
                    entityName(silence.createdBy),
                  ].join(' · ')}
                </Text>
              </div>
              {canUpdate && (
                <Button
                  size="small"
                  variant="secondary"
                  isPending={busy === silence.id}
                  aria-label={t('silence.end.label', { what })}
                  onPress={() => end(silence.id)}
                >
                  {t('silence.end')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
