import { useState } from 'react';
import { Button } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useNavigate } from 'react-router-dom';
import { RiBrainLine } from '@remixicon/react';
import {
  deploymentPagePath,
  isFinalRunState,
  Run,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipeline } from '../../hooks/usePipeline';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import styles from '../shared/page.module.css';

/** File that holds a trained model. */
const MODEL_FILE = 'model.tar.gz';

/** Cancel or repeat a run, or put the model that it trained to use, as far as the user may. */
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

  const useModel = async () => {
    setBusy(true);
    try {
      const deployment = await api.applyRunModel(run.id);
      navigate(deploymentPagePath(run.pipeline, deployment.id));
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
  const own =
    run.kind === 'training' &&
    !run.createdBy &&
    pipeline.value?.mode !== 'batch';
  if (!canDeploy || own) {
    return null;
  }
  return (
    <div className={styles.actions}>
      {hasModel(run) && pipeline.value?.deployedRevision !== undefined && (
        <Button
          size="small"
          variant="primary"
          isPending={busy}
          iconStart={<RiBrainLine />}
          onPress={useModel}
        >
          {t('run.model.use')}
        </Button>
      )}
      {isFinalRunState(run.state) ? (
        <Button
          size="small"
          variant={hasModel(run) ? 'secondary' : 'primary'}
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

/** Whether a run left a model that a deployment can start with. */
function hasModel({ kind, state, artifacts }: Run): boolean {
  return (
    kind === 'training' &&
    state === 'succeeded' &&
    artifacts.some(({ name }) => name === MODEL_FILE)
  );
}
