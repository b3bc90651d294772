import { useState } from 'react';
import { Checkbox, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  deploymentPagePath,
  OVERVIEW_PATH,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';

/** Takes a pipeline off its target, after saying what that means. */
export function RemoveDialog(props: {
  pipeline: PipelineDetail;
  onClose: () => void;
}) {
  const { pipeline } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const [keepData, setKeepData] = useState(false);
  const [deletePipeline, setDeletePipeline] = useState(false);
  const [typed, setTyped] = useState('');
  const runs = !(pipeline.status === 'draft' || pipeline.status === 'stopped');

  const remove = async () => {
    if (!runs && deletePipeline) {
      await api.deletePipeline(pipeline.name);
      toasts.post({ title: t('remove.deleted', { name: pipeline.name }) });
      navigate(OVERVIEW_PATH);
      return;
    }
    const deployment = await api.createDeployment(pipeline.name, {
      action: 'destroy',
      keepData: keepData && !deletePipeline,
      deletePipeline,
    });
    navigate(deploymentPagePath(pipeline.name, deployment.id));
  };

  return (
    <ConfirmDialog
      title={t('remove.title', { name: pipeline.title })}
      confirmLabel={t('remove.confirm')}
      destructive
      isDisabled={deletePipeline ? typed !== pipeline.name : !runs}
      onConfirm={remove}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <ul aria-live="polite">
          <li>
            {runs
              ? t('remove.stops', {
                  target: pipeline.deployedTarget ?? pipeline.target,
                })
              : t('remove.nothingRuns')}
          </li>
          <li>
            {t(
              keepData && !deletePipeline
                ? 'remove.dataKept'
                : 'remove.dataLost',
            )}
          </li>
          <li>{t(deletePipeline ? 'remove.deletes' : 'remove.stays')}</li>
        </ul>
        <Checkbox
          isSelected={keepData && !deletePipeline}
          isDisabled={deletePipeline || !runs}
          onChange={setKeepData}
        >
          {t('remove.keepData')}
        </Checkbox>
        <Checkbox isSelected={deletePipeline} onChange={setDeletePipeline}>
          {t('remove.deletePipeline')}
        </Checkbox>
        {deletePipeline && (
          <TextField
            label={t('remove.type', { name: pipeline.name })}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
          />
        )}
      </div>
    </ConfirmDialog>
  );
}
