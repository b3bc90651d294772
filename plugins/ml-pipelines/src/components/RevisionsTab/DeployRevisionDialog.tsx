import { useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  deploymentPagePath,
  diffDocuments,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { catalogue } from '../../forms/catalogue';
import { useRevision } from '../../hooks/useRevision';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { QueryState } from '../shared/QueryState';
import type { RevisionDialogProps } from './RevisionDialog';
import styles from '../shared/page.module.css';

/** Deploys a revision, after saying what changes against what runs. */
export function DeployRevisionDialog(props: RevisionDialogProps) {
  const { pipeline, revision } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const navigate = useNavigate();
  const running = useRevision(pipeline.name, pipeline.deployedRevision);
  const number = String(revision.revision);
  const { target } = revision.document.spec;
  const from = pipeline.deployedTarget;

  const explanation = () => {
    if (pipeline.deployedRevision === undefined) {
      return t('deployRevision.nothingRuns', { revision: number, target });
    }
    const values = { running: String(pipeline.deployedRevision), target };
    return from !== undefined && from !== target
      ? t('deployRevision.moves', { ...values, from })
      : t('deployRevision.replaces', values);
  };
  return (
    <ConfirmDialog
      title={t('deployRevision.title', { revision: number })}
      confirmLabel={t('deployRevision.confirm')}
      onConfirm={async () => {
        const { id } = await api.createDeployment(pipeline.name, {
          revision: revision.revision,
          force: revision.revision === pipeline.deployedRevision,
        });
        navigate(deploymentPagePath(pipeline.name, id));
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <p>{explanation()}</p>
        {pipeline.deployedRevision !== undefined && (
          <QueryState query={running} height={80}>
            {value => (
              <ChangeList
                changes={diffDocuments(
                  value.document,
                  revision.document,
                  catalogue,
                )}
              />
            )}
          </QueryState>
        )}
      </div>
    </ConfirmDialog>
  );
}
