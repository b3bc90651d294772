import { useState } from 'react';
import { Button, ButtonLink } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useNavigate } from 'react-router-dom';
import {
  RiDeleteBinLine,
  RiEditLine,
  RiPlayLine,
  RiRefreshLine,
  RiRocketLine,
} from '@remixicon/react';
import {
  deploymentPagePath,
  PipelineDetail,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import { TellButton } from '../TellDialog/TellButton';
import { useTellAboutCharts } from '../TellDialog/useTellAboutCharts';
import { RemoveDialog } from './RemoveDialog';
import { SubscribeButton } from './SubscribeButton';
import styles from '../shared/page.module.css';

/** Buttons of what the user may do with a pipeline. */
export function PipelineActions(props: {
  pipeline: PipelineDetail;
  onChange: () => void;
}) {
  const { pipeline } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const { canUpdate, canDeploy, canDelete } = usePipelinePermissions(
    pipeline.name,
  );
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const tellAboutCharts = useTellAboutCharts(pipeline.name, pipeline.title);
  const current = pipeline.deployedRevision === pipeline.revision;

  const deploy = async () => {
    setBusy(true);
    try {
      const deployment = await api.createDeployment(pipeline.name, {
        action: 'deploy',
        force: current,
      });
      props.onChange();
      navigate(deploymentPagePath(pipeline.name, deployment.id));
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
    <div className={styles.actions}>
      <SubscribeButton pipeline={pipeline.name} />
      <TellButton pipeline={pipeline.name} subject={tellAboutCharts} />
      {canDelete && (
        <Button
          size="small"
          variant="tertiary"
          iconStart={<RiDeleteBinLine />}
          onPress={() => setRemoving(true)}
        >
          {t('action.remove')}
        </Button>
      )}
      {canUpdate && (
        <ButtonLink
          size="small"
          variant="secondary"
          iconStart={<RiEditLine />}
          href={`${pipelinePagePath(pipeline.name)}/ml-pipeline/edit`}
        >
          {t('action.edit')}
        </ButtonLink>
      )}
      {canDeploy && pipeline.mode === 'batch' && current && (
        <ButtonLink
          size="small"
          variant="secondary"
          iconStart={<RiPlayLine />}
          href={`${pipelinePagePath(pipeline.name)}/runs`}
        >
          {t('runs.start')}
        </ButtonLink>
      )}
      {canDeploy && (
        <Button
          size="small"
          variant="primary"
          isPending={busy}
          iconStart={current ? <RiRefreshLine /> : <RiRocketLine />}
          onPress={deploy}
        >
          {t(current ? 'action.redeploy' : 'action.deploy')}
        </Button>
      )}
      {removing && (
        <RemoveDialog pipeline={pipeline} onClose={() => setRemoving(false)} />
      )}
    </div>
  );
}
