import { useState } from 'react';
import {
  Button,
  ButtonLink,
  Cell,
  CellText,
  Container,
  Table,
  useTable,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { RiDeleteBinLine, RiDraftLine } from '@remixicon/react';
import {
  Draft,
  draftPagePath,
  hasErrors,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useDrafts } from '../../hooks/useDrafts';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from '../shared/page.module.css';

/** What the user began and has not deployed. */
export function DraftList() {
  const drafts = useDrafts();
  return (
    <Container className={styles.page}>
      <QueryState query={drafts} height={240}>
        {items => <DraftTable drafts={items} onChange={drafts.refresh} />}
      </QueryState>
    </Container>
  );
}

function DraftTable(props: { drafts: Draft[]; onChange: () => void }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const [deleting, setDeleting] = useState<Draft>();
  const { tableProps } = useTable({
    mode: 'complete',
    data: props.drafts,
    paginationOptions: { pageSize: 25 },
  });
  const title = (draft: Draft) => draft.title ?? t('drafts.untitled');
  return (
    <>
      <Table
        {...tableProps}
        columnConfig={[
          {
            id: 'title',
            label: t('drafts.column.title'),
            isRowHeader: true,
            cell: draft => (
              <CellText title={title(draft)} href={draftPagePath(draft.id)} />
            ),
          },
          {
            id: 'problems',
            label: t('drafts.column.problems'),
            cell: draft => (
              <Cell>
                <StatusLabel
                  state={hasErrors(draft.problems) ? 'failed' : 'ready'}
                  text={
                    draft.problems.length
                      ? t('common.problems', { count: draft.problems.length })
                      : t('drafts.fits')
                  }
                />
              </Cell>
            ),
          },
          {
            id: 'updated',
            label: t('drafts.column.updated'),
            cell: draft => (
              <Cell>
                <TimeAgo time={draft.updatedAt} />
              </Cell>
            ),
          },
          {
            id: 'actions',
            label: t('common.actions'),
            cell: draft => (
              <Cell>
                <div className={styles.actions}>
                  <ButtonLink
                    size="small"
                    variant="secondary"
                    href={draftPagePath(draft.id)}
                  >
                    {t('drafts.resume')}
                  </ButtonLink>
                  <Button
                    size="small"
                    variant="tertiary"
                    aria-label={`${t('drafts.delete')}: ${title(draft)}`}
                    iconStart={<RiDeleteBinLine />}
                    onPress={() => setDeleting(draft)}
                  >
                    {t('common.delete')}
                  </Button>
                </div>
              </Cell>
            ),
          },
        ]}
        emptyState={
          <Message icon={<RiDraftLine />} title={t('drafts.empty.title')}>
            {t('drafts.empty.text')}
          </Message>
        }
      />
      {deleting && (
        <ConfirmDialog
          title={t('drafts.delete.title', { title: title(deleting) })}
          confirmLabel={t('common.delete')}
          destructive
          onConfirm={async () => {
            await api.deleteDraft(deleting.id);
            props.onChange();
          }}
          onClose={() => setDeleting(undefined)}
        >
          {t('drafts.delete.text')}
        </ConfirmDialog>
      )}
    </>
  );
}
