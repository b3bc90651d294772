import { useState } from 'react';
import { Cell, CellText, Link, Table } from '@backstage/ui';
import { RiHistoryLine } from '@remixicon/react';
import type {
  PipelineDetail,
  Revision,
  RevisionOrigin,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { entityName } from '../shared/format';
import { Message } from '../shared/Message';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import { DialogKind, RevisionDialog } from './RevisionDialog';
import { RevisionMenu } from './RevisionMenu';
import { revisionsPath } from './revisionsPath';
import styles from '../shared/page.module.css';

const PAGE_SIZE = 25;
/** Characters of a digest that tell revisions apart. */
const SHORT_DIGEST = 8;

/** Every revision of a pipeline, newest first, with what can be done with it. */
export function RevisionTable(props: {
  pipeline: PipelineDetail;
  revisions: Revision[];
}) {
  const { pipeline, revisions } = props;
  const t = useText();
  const [offset, setOffset] = useState(0);
  const [dialog, setDialog] = useState<{
    kind: DialogKind;
    revision: Revision;
  }>();
  const page = revisions.slice(offset, offset + PAGE_SIZE);

  const origin = ({ kind, pipeline: from, revision }: RevisionOrigin) =>
    t(`revisions.origin.${kind}`, {
      origin: `${from}@${revision}`,
      revision: String(revision),
    });
  return (
    <>
      <Table
        data={page.map(revision => ({
          ...revision,
          id: String(revision.revision),
        }))}
        pagination={
          revisions.length > PAGE_SIZE
            ? {
                type: 'page',
                pageSize: PAGE_SIZE,
                pageSizeOptions: [],
                offset,
                totalCount: revisions.length,
                hasNextPage: offset + PAGE_SIZE < revisions.length,
                hasPreviousPage: offset > 0,
                onNextPage: () => setOffset(offset + PAGE_SIZE),
                onPreviousPage: () => setOffset(offset - PAGE_SIZE),
                getLabel: ({ totalCount = 0 }) =>
                  t('overview.pagination', {
                    from: String(offset + 1),
                    to: String(Math.min(offset + PAGE_SIZE, totalCount)),
                    total: String(totalCount),
                  }),
              }
            : { type: 'none' }
        }
        columnConfig={[
          {
            id: 'revision',
            label: t('revisions.column.revision'),
            isRowHeader: true,
            minWidth: 110,
            cell: r => (
              <Cell>
                <Link
                  href={revisionsPath(pipeline.name, {
                    from: Math.max(1, r.revision - 1),
                    to: r.revision,
                  })}
                >
                  {t('revisions.number', { revision: String(r.revision) })}
                </Link>
              </Cell>
            ),
          },
          {
            id: 'comment',
            label: t('revisions.column.comment'),
            defaultWidth: '2fr',
            minWidth: 180,
            cell: r => (
              <Cell>
                {r.origin && <div>{origin(r.origin)}</div>}
                {ownComment(r) ?? (r.origin ? null : '–')}
              </Cell>
            ),
          },
          {
            id: 'who',
            label: t('revisions.column.who'),
            cell: r => <CellText title={entityName(r.createdBy)} />,
          },
          {
            id: 'when',
            label: t('revisions.column.when'),
            cell: r => (
              <Cell>
                <TimeAgo time={r.createdAt} />
              </Cell>
            ),
          },
          {
            id: 'state',
            label: t('revisions.column.state'),
            minWidth: 210,
            cell: r => (
              <Cell>
                <RevisionState pipeline={pipeline} revision={r.revision} />
              </Cell>
            ),
          },
          {
            id: 'digest',
            label: t('revisions.column.digest'),
            cell: r => (
              <Cell>
                <code title={r.digest}>{r.digest.slice(0, SHORT_DIGEST)}</code>
              </Cell>
            ),
          },
          {
            id: 'actions',
            label: t('revisions.column.actions'),
            cell: r => (
              <Cell>
                <RevisionMenu
                  pipeline={pipeline}
                  revision={r.revision}
                  onOpen={kind => setDialog({ kind, revision: r })}
                />
              </Cell>
            ),
          },
        ]}
        emptyState={
          <Message icon={<RiHistoryLine />} title={t('revisions.empty.title')}>
            {t('revisions.empty.text')}
          </Message>
        }
      />
      {dialog && (
        <RevisionDialog
          kind={dialog.kind}
          pipeline={pipeline}
          revision={dialog.revision}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

/** What a person wrote; the platform's own words about the origin are shown in the reader's language. */
function ownComment({ comment, origin }: Revision): string | undefined {
  if (!origin) {
    return comment;
  }
  const separator = comment?.indexOf(': ') ?? -1;
  return separator < 0 ? undefined : comment?.slice(separator + 2);
}

function RevisionState(props: { pipeline: PipelineDetail; revision: number }) {
  const { pipeline, revision } = props;
  const t = useText();
  if (revision === pipeline.deployedRevision) {
    return (
      <StatusLabel
        state="running"
        text={t('revisions.runs', {
          target: pipeline.deployedTarget ?? pipeline.target,
        })}
      />
    );
  }
  return revision === pipeline.revision ? (
    <StatusLabel state="draft" text={t('revisions.newest')} />
  ) : (
    <span className={styles.muted}>{t('revisions.earlier')}</span>
  );
}
