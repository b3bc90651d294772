import { useEffect, useState } from 'react';
import { Select, Text, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  diffDocuments,
  Lifecycle,
  LIFECYCLES,
  PipelineDetail,
  pipelineNameSchema,
  promoteDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { catalogue } from '../../forms/catalogue';
import { useReceiver } from '../../hooks/useReceiver';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { QueryState } from '../shared/QueryState';
import type { RevisionDialogProps } from './RevisionDialog';
import { revisionsPath } from './revisionsPath';
import styles from '../shared/page.module.css';

/** A name is looked up once nobody types for so long. */
const DEBOUNCE_MS = 300;
const KEEP = 'keep';

/** Brings the graph of a revision to another pipeline, after saying what changes there. */
export function PromoteDialog(props: RevisionDialogProps) {
  const { pipeline, revision } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const targets = useTargets();
  const [to, setTo] = useState('');
  const [target, setTarget] = useState(pipeline.target);
  const [lifecycle, setLifecycle] = useState<Lifecycle | undefined>();
  const [comment, setComment] = useState('');
  const fits = to !== pipeline.name && pipelineNameSchema.safeParse(to).success;
  const name = useSettled(fits ? to : '');
  const receiver = useReceiver(name);
  const isNew = receiver.value !== undefined && !receiver.value.pipeline;

  return (
    <ConfirmDialog
      title={t('promote.title', { revision: String(revision.revision) })}
      confirmLabel={t('promote.confirm')}
      isDisabled={!fits || name !== to || !receiver.value}
      onConfirm={async () => {
        const saved = await api.promotePipeline(pipeline.name, {
          to,
          target: isNew ? target : undefined,
          lifecycle,
          revision: revision.revision,
          comment: comment || undefined,
        });
        toasts.post({
          title: saved.changed
            ? t('promote.done', {
                name: to,
                revision: String(saved.revision),
              })
            : t('promote.unchanged', { name: to }),
          description: saved.changed ? t('promote.open') : undefined,
          status: saved.changed ? 'success' : 'info',
        });
        navigate(revisionsPath(to));
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <p>{t('promote.explain')}</p>
        <TextField
          label={t('promote.to')}
          description={t('promote.to.hint')}
          value={to}
          onChange={setTo}
          isRequired
          // A dialog opens with its first field in focus (WAI-ARIA APG).
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          validationBehavior="aria"
          validate={text => {
            if (text === pipeline.name) {
              return t('promote.self');
            }
            return text === '' || pipelineNameSchema.safeParse(text).success
              ? true
              : t('duplicate.name.hint');
          }}
        />
        {isNew && (
          <Select
            label={t('promote.target')}
            options={(targets.value ?? []).map(({ name: id, title }) => ({
              id,
              label: title,
            }))}
            value={target}
            onChange={key => setTarget(String(key ?? ''))}
          />
        )}
        <Select
          label={t('promote.lifecycle')}
          options={[
            { id: KEEP, label: t('promote.lifecycle.keep') },
            ...LIFECYCLES.map(id => ({ id, label: t(`lifecycle.${id}`) })),
          ]}
          value={lifecycle ?? KEEP}
          onChange={key =>
            setLifecycle(key === KEEP ? undefined : (key as Lifecycle))
          }
        />
        <TextField
          label={t('promote.comment')}
          value={comment}
          maxLength={400}
          onChange={setComment}
        />
        {name && (
          <div aria-live="polite">
            <QueryState query={receiver} height={80}>
              {value =>
                value.pipeline ? (
                  <Changes
                    receiver={value.pipeline}
                    revision={revision}
                    lifecycle={lifecycle}
                  />
                ) : (
                  <Text as="p">{t('promote.new', { name })}</Text>
                )
              }
            </QueryState>
          </div>
        )}
      </div>
    </ConfirmDialog>
  );
}

function Changes(props: {
  receiver: PipelineDetail;
  revision: RevisionDialogProps['revision'];
  lifecycle?: Lifecycle;
}) {
  const { receiver, revision, lifecycle } = props;
  const t = useText();
  const { name, document } = receiver;
  return (
    <>
      <Text as="h3" variant="body-medium" weight="bold">
        {t('promote.changes', { name })}
      </Text>
      <ChangeList
        changes={diffDocuments(
          document,
          promoteDocument(revision.document, document, { to: name, lifecycle }),
          catalogue,
        )}
        none={t('promote.unchanged', { name })}
      />
    </>
  );
}

/** A value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
