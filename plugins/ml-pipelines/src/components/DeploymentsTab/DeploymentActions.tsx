import { useState } from 'react';
import { Button } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { usePermission } from '@backstage/plugin-permission-react';
import { useNavigate } from 'react-router-dom';
import {
  Deployment,
  deploymentApprovePermission,
  deploymentPagePath,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import { RollbackButton } from '../rollback/RollbackButton';
import styles from '../shared/page.module.css';

/** Cancel, approve, discard or repeat a deployment, as far as the user may. */
export function DeploymentActions(props: {
  deployment: Deployment;
  onChange: () => void;
}) {
  const { deployment } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const { canDeploy, canDelete } = usePipelinePermissions(deployment.pipeline);
  const approve = usePermission({ permission: deploymentApprovePermission });
  const [busy, setBusy] = useState<string>();

  const act = (name: string, call: () => Promise<Deployment>) => async () => {
    setBusy(name);
    try {
      const next = await call();
      if (next.id !== deployment.id) {
        navigate(deploymentPagePath(next.pipeline, next.id));
      }
      props.onChange();
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

  const ended = isTerminalState(deployment.state);
  const waiting = deployment.state === 'awaiting_approval';
  return (
    <div className={styles.actions}>
      {!ended && !waiting && canDeploy && (
        <Button
          size="small"
          variant="secondary"
          destructive
          isPending={busy === 'cancel'}
          isDisabled={deployment.cancelRequested}
          onPress={act('cancel', () => api.cancelDeployment(deployment.id))}
        >
          {t(
            deployment.cancelRequested
              ? 'deployment.cancelling'
              : 'deployment.cancel',
          )}
        </Button>
      )}
      {waiting && approve.allowed && (
        <>
          <Button
            size="small"
            variant="secondary"
            isPending={busy === 'discard'}
            onPress={act('discard', () => api.discardDeployment(deployment.id))}
          >
            {t('deployment.discard')}
          </Button>
          <Button
            size="small"
            variant="primary"
            isPending={busy === 'approve'}
            onPress={act('approve', () =>
              api.approveDeployment(deployment.id, deployment.plan?.id),
            )}
          >
            {t('deployment.approve')}
          </Button>
        </>
      )}
      {ended &&
        deployment.state !== 'succeeded' &&
        deployment.action === 'deploy' &&
        canDeploy && (
          <>
            <Button
              size="small"
              variant="secondary"
              isPending={busy === 'again'}
              onPress={act('again', () =>
                api.createDeployment(deployment.pipeline, {
                  revision: deployment.revision,
                }),
              )}
            >
              {t('deployment.again')}
            </Button>
            <RollbackButton
              pipeline={deployment.pipeline}
              revision={deployment.revision}
            />
          </>
        )}
      {ended &&
        deployment.state !== 'succeeded' &&
        deployment.action === 'destroy' &&
        canDelete && (
          <Button
            size="small"
            variant="primary"
            isPending={busy === 'again'}
            onPress={act('again', () =>
              api.createDeployment(deployment.pipeline, {
                action: 'destroy',
                target: deployment.target,
              }),
            )}
          >
            {t('deployment.removeAgain')}
          </Button>
        )}
    </div>
  );
}
