import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useNavigate } from 'react-router-dom';
import {
  deploymentPagePath,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';

/** Says where something of a pipeline was left behind, and takes it away. */
export function LeftoverNotice(props: {
  pipeline: PipelineDetail;
  onChange: () => void;
}) {
  const { pipeline } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const { canDelete } = usePipelinePermissions(pipeline.name);
  const [busy, setBusy] = useState<string>();

  const remove = async (target: string) => {
    setBusy(target);
    try {
      const { id } = await api.createDeployment(pipeline.name, {
        action: 'destroy',
        target,
      });
      props.onChange();
      navigate(deploymentPagePath(pipeline.name, id));
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

  // While a deployment is under way, it is expected.
  if (pipeline.status === 'deploying') {
    return null;
  }
  return (
    <>
      {(pipeline.leftovers ?? []).map(target => (
        <Alert
          key={target}
          status="warning"
          icon
          title={t('leftover.title', { target })}
          description={t('leftover.text', { target })}
          customActions={
            canDelete && (
              <Button
                size="small"
                variant="secondary"
                isPending={busy === target}
                onPress={() => remove(target)}
              >
                {t('leftover.remove', { target })}
              </Button>
            )
          }
        />
      ))}
    </>
  );
}
