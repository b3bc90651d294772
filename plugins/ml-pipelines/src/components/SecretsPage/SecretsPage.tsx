import { useState } from 'react';
import {
  Button,
  Cell,
  CellText,
  Container,
  Table,
  Text,
  useTable,
} from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiAddLine, RiKey2Line } from '@remixicon/react';
import {
  SecretInfo,
  secretManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useSecrets } from '../../hooks/useSecrets';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { entityName } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { TimeAgo } from '../shared/TimeAgo';
import { SecretDialog } from './SecretDialog';
import styles from '../shared/page.module.css';

/** Names of secrets; values can be written and replaced, never read. */
export function SecretsPage() {
  const t = useText();
  const secrets = useSecrets();
  const toasts = useApi(toastApiRef);
  const { allowed } = usePermission({ permission: secretManagePermission });
  const [adding, setAdding] = useState(false);
  return (
    <Container className={styles.page}>
      <div className={styles.bar}>
        <Text as="p" color="secondary">
          {t('secrets.intro')}
        </Text>
        {allowed && (
          <Button
            size="small"
            iconStart={<RiAddLine />}
            onPress={() => setAdding(true)}
          >
            {t('secrets.add')}
          </Button>
        )}
      </div>
      <QueryState query={secrets} height={240}>
        {items => (
          <SecretTable
            secrets={items}
            canManage={allowed}
            onChange={secrets.refresh}
          />
        )}
      </QueryState>
      {adding && (
        <SecretDialog
          onClose={() => setAdding(false)}
          onSaved={name => {
            toasts.post({
              title: t('secrets.saved', { name }),
              status: 'success',
            });
            secrets.refresh();
          }}
        />
      )}
    </Container>
  );
}

function SecretTable(props: {
  secrets: SecretInfo[];
  canManage: boolean;
  onChange: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [replacing, setReplacing] = useState<string>();
  const [deleting, setDeleting] = useState<string>();
  const { tableProps } = useTable({
    mode: 'complete',
    data: props.secrets.map(secret => ({ ...secret, id: secret.name })),
    paginationOptions: { pageSize: 25 },
  });
  return (
    <>
      <Table
        {...tableProps}
        columnConfig={[
          {
            id: 'name',
            label: t('secrets.column.name'),
            isRowHeader: true,
            cell: secret => <CellText title={secret.name} />,
          },
          {
            id: 'description',
            label: t('secrets.column.description'),
            cell: secret => <CellText title={secret.description ?? '–'} />,
          },
          {
            id: 'version',
            label: t('secrets.column.version'),
            cell: secret => <CellText title={String(secret.version)} />,
          },
          {
            id: 'updated',
            label: t('secrets.column.updated'),
            cell: secret => (
              <Cell>
                <TimeAgo time={secret.updatedAt} />
                <div className={styles.muted}>
                  {entityName(secret.updatedBy)}
                </div>
              </Cell>
            ),
          },
          {
            id: 'actions',
            label: t('common.actions'),
            isHidden: !props.canManage,
            cell: secret => (
              <Cell>
                <div className={styles.actions}>
                  <Button
                    size="small"
                    variant="secondary"
                    aria-label={`${t('secrets.replace')}: ${secret.name}`}
                    onPress={() => setReplacing(secret.name)}
                  >
                    {t('secrets.replace')}
                  </Button>
                  <Button
                    size="small"
                    variant="tertiary"
                    aria-label={`${t('secrets.delete')}: ${secret.name}`}
                    onPress={() => setDeleting(secret.name)}
                  >
                    {t('common.delete')}
                  </Button>
                </div>
              </Cell>
            ),
          },
        ]}
        emptyState={
          <Message icon={<RiKey2Line />} title={t('secrets.empty.title')}>
            {t('secrets.empty.text')}
          </Message>
        }
      />
      {replacing && (
        <SecretDialog
          name={replacing}
          onClose={() => setReplacing(undefined)}
          onSaved={name => {
            toasts.post({
              title: t('secrets.saved', { name }),
              status: 'success',
            });
            props.onChange();
          }}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t('secrets.delete.title', { name: deleting })}
          confirmLabel={t('common.delete')}
          destructive
          onClose={() => setDeleting(undefined)}
          onConfirm={async () => {
            await api.deleteSecret(deleting);
            toasts.post({ title: t('secrets.deleted', { name: deleting }) });
            props.onChange();
          }}
        >
          {t('secrets.delete.text')}
        </ConfirmDialog>
      )}
    </>
  );
}
