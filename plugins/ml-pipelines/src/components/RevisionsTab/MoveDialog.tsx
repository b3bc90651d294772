import { useState } from 'react';
import { Select, Text } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  deploymentPagePath,
  diffDocuments,
  moveDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { catalogue } from '../../forms/catalogue';
import { useRevision } from '../../hooks/useRevision';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { QueryState } from '../shared/QueryState';
import type { RevisionDialogProps } from './RevisionDialog';
import styles from '../shared/page.module.css';

/** Brings a pipeline to another target, and off the one that it runs on. */
export function MoveDialog(props: RevisionDialogProps) {
  const { pipeline, revision } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const navigate = useNavigate();
  const targets = useTargets();
  const running = useRevision(pipeline.name, pipeline.deployedRevision);
  const [target, setTarget] = useState('');
  const from = pipeline.deployedTarget;
  const current = from ?? pipeline.target;

  return (
    <ConfirmDialog
      title={t('move.title')}
      confirmLabel={t('move.confirm')}
      isDisabled={!target}
      onConfirm={async () => {
        const { id } = await api.movePipeline(pipeline.name, { target });
        navigate(deploymentPagePath(pipeline.name, id));
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <p>
          {from ? t('move.explain', { from }) : t('move.explain.new')}
          {from && ` ${t('move.data', { from })}`}
        </p>
        <QueryState query={targets} height={60}>
          {items => {
            const others = items.filter(({ name }) => name !== current);
            return others.length === 0 ? (
              <Text as="p">{t('move.none')}</Text>
            ) : (
              <Select
                label={t('move.target')}
                isRequired
                options={others.map(({ name, title, status }) => ({
                  id: name,
                  label: status.ready
                    ? title
                    : `${title} (${t('move.notReady')})`,
                }))}
                value={target || null}
                onChange={key => setTarget(String(key ?? ''))}
              />
            );
          }}
        </QueryState>
        {target && from && (
          <QueryState query={running} height={80}>
            {value => (
              <div>
                <Text as="h3" variant="body-medium" weight="bold">
                  {t('move.changes')}
                </Text>
                <ChangeList
                  changes={diffDocuments(
                    value.document,
                    moveDocument(revision.document, target),
                    catalogue,
                  )}
                />
              </div>
            )}
          </QueryState>
        )}
      </div>
    </ConfirmDialog>
  );
}
