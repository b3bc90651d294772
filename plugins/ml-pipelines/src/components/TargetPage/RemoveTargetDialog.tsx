import { useState } from 'react';
import { Alert, Checkbox, Link, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  pipelinePagePath,
  Target,
  TARGETS_PATH,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelines } from '../../hooks/usePipelines';
import { TextKey, useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { entityName } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { shownConfiguration } from './shownConfiguration';
import styles from '../shared/page.module.css';

/** Removes a target, after saying what that hits. */
export function RemoveTargetDialog(props: {
  target: Target;
  onClose: () => void;
}) {
  const { target } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const pipelines = usePipelines({ target: target.name, limit: 200 });
  const [typed, setTyped] = useState('');
  const [failed, setFailed] = useState(false);
  const [forget, setForget] = useState(false);
  const { namespace } = shownConfiguration(target.configuration);
  const hit = pipelines.value?.items.filter(
    ({ deployedRevision }) => deployedRevision !== undefined,
  );
  return (
    <ConfirmDialog
      title={t('target.remove.title', { name: target.title })}
      confirmLabel={t(forget ? 'target.forget' : 'target.remove')}
      destructive
      isDisabled={typed !== target.name || !hit || hit.length > 0}
      onConfirm={async () => {
        try {
          await api.deleteTarget(target.name, { forget });
        } catch (error) {
          setFailed(true);
          throw error;
        }
        toasts.post({
          title: t(forget ? 'target.forget.done' : 'target.remove.done', {
            name: target.title,
          }),
          status: forget ? 'warning' : 'success',
          timeout: 5000,
        });
        navigate(TARGETS_PATH);
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <QueryState query={pipelines} height={60}>
          {() =>
            hit && hit.length > 0 ? (
              <>
                <span>{t('target.remove.hits', { count: hit.length })}</span>
                <ul className={styles.plain}>
                  {hit.map(item => (
                    <li key={item.name}>
                      <Link href={`${pipelinePagePath(item.name)}/ml-pipeline`}>
                        {item.title}
                      </Link>{' '}
                      <span className={styles.muted}>
                        {t(`status.${item.status}` as TextKey)} ·{' '}
                        {entityName(item.owner)}
                      </span>
                    </li>
                  ))}
                </ul>
              </>
            ) : (
              <span>{t('target.remove.free')}</span>
            )
          }
        </QueryState>
        {namespace && !forget && (
          <span>{t('target.remove.namespace', { namespace })}</span>
        )}
        <span>{t('target.remove.rest')}</span>
        {failed && (
          <Checkbox isSelected={forget} onChange={setForget}>
            {t('target.forget.choice')}
          </Checkbox>
        )}
        <div aria-live="polite">
          {forget && (
            <Alert
              status="warning"
              icon
              title={t('target.forget.title')}
              description={
                namespace
                  ? t('target.forget.namespace', { namespace })
                  : t('target.forget.rest')
              }
            />
          )}
        </div>
        <TextField
          label={t('remove.type', { name: target.name })}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
      </div>
    </ConfirmDialog>
  );
}
