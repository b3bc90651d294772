import { useState } from 'react';
import { TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  entityRefSchema,
  pipelineNameSchema,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import type { RevisionDialogProps } from './RevisionDialog';
import styles from '../shared/page.module.css';

/** Makes a pipeline of its own from a revision. */
export function DuplicateDialog(props: RevisionDialogProps) {
  const { pipeline, revision } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const [owner, setOwner] = useState(pipeline.owner);
  const nameFits = pipelineNameSchema.safeParse(name).success;
  const ownerFits = entityRefSchema.safeParse(owner).success;
  const taken = name === pipeline.name;

  return (
    <ConfirmDialog
      title={t('duplicate.title', { revision: String(revision.revision) })}
      confirmLabel={t('duplicate.confirm')}
      isDisabled={!nameFits || !ownerFits || taken}
      onConfirm={async () => {
        const saved = await api.duplicatePipeline(pipeline.name, {
          name,
          title: title || undefined,
          owner,
          revision: revision.revision,
        });
        toasts.post({
          title: t('duplicate.done', { name: saved.pipeline.title }),
          status: 'success',
        });
        navigate(pipelinePagePath(name));
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <TextField
          label={t('duplicate.name')}
          description={t('duplicate.name.hint')}
          value={name}
          onChange={setName}
          isRequired
          // A dialog opens with its first field in focus (WAI-ARIA APG).
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          validationBehavior="aria"
          validate={text => {
            if (text === pipeline.name) {
              return t('duplicate.taken');
            }
            return text === '' || pipelineNameSchema.safeParse(text).success
              ? true
              : t('duplicate.name.hint');
          }}
        />
        <TextField
          label={t('duplicate.titleField')}
          description={t('duplicate.title.hint')}
          value={title}
          maxLength={80}
          onChange={setTitle}
        />
        <TextField
          label={t('duplicate.owner')}
          description={t('duplicate.owner.hint')}
          value={owner}
          onChange={setOwner}
          isRequired
          validationBehavior="aria"
          validate={text =>
            entityRefSchema.safeParse(text).success
              ? true
              : t('duplicate.owner.hint')
          }
        />
      </div>
    </ConfirmDialog>
  );
}
