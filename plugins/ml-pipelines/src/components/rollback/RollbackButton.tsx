import { useState } from 'react';
import { Button } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RiArrowGoBackLine } from '@remixicon/react';
import { useNavigate } from 'react-router-dom';
import { deploymentPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useGoodRevision } from '../../hooks/useGoodRevision';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';

/**
 * Deploys the last revision that worked, with one click. Nothing is drawn
 * where there is none, or where it is the one that failed.
 */
export function RollbackButton(props: {
  pipeline: string;
  /** Revision that failed. */
  revision: number;
}) {
  const { pipeline, revision } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const { canDeploy } = usePipelinePermissions(pipeline);
  const good = useGoodRevision(pipeline, String(revision)).value?.revision;
  const [busy, setBusy] = useState(false);
  if (!canDeploy || good === undefined || good === revision) {
    return null;
  }

  const rollBack = async () => {
    setBusy(true);
    try {
      const deployment = await api.createDeployment(pipeline, {
        // Not by force: what runs of it still, with the image that worked, shall stay.
        revision: good,
      });
      navigate(deploymentPagePath(pipeline, deployment.id));
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
  return (
    <Button
      size="small"
      variant="primary"
      iconStart={<RiArrowGoBackLine />}
      isPending={busy}
      onPress={rollBack}
    >
      {t('rollback.action', { revision: String(good) })}
    </Button>
  );
}
