import { useState } from 'react';
import { Button } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useNavigate } from 'react-router-dom';
import {
  isFinalRunState,
  Run,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipeline } from '../../hooks/usePipeline';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import styles from '../shared/page.module.css';

/** Cancel or repeat a run, as far as the user may. */
export function RunActions(props: { run: Run; onChange: () => void }) {
  const { run } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const { canDeploy } = usePipelinePermissions(run.pipeline);
  const pipeline = usePipeline(run.pipeline);
  const [busy, setBusy] = useState(false);

  const act = (call: () => Promise<Run>) => async () => {
    setBusy(true);
    try {
      const next = await call();
      if (next.id !== run.id) {
        navigate(runPagePath(next.pipeline, next.id));
      }
      props.onChange();
    } catch (error) {
      toasts.post({
        title: t('common.actionFailed'),
        description: toError(error).message,
        status: 'danger',
      });
    } finally {
      setBusy(false);
    }
  };

  // What runs all the time trains by itself; the portal only looks on.
  const own = run.kind === 'training' && pipeline.value?.mode !== 'batch';
  if (!canDeploy || own) {
    return null;
  }
  return (
    <div className={styles.actions}>
      {isFinalRunState(run.state) ? (
        <Button
          size="small"
          variant="primary"
          isPending={busy}
          onPress={act(() => api.repeatRun(run.id))}
        >
          {t('run.repeat')}
        </Button>
      ) : (
        <Button
          size="small"
          variant="secondary"
          destructive
          isPending={busy}
          isDisabled={run.cancelRequested}
          onPress={act(() => api.cancelRun(run.id))}
        >
          {t(
            run.cancelRequested ? 'deployment.cancelling' : 'deployment.cancel',
          )}
        </Button>
      )}
    </div>
  );
}
