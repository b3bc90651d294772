import { useState } from 'react';
import { useApi, toastApiRef } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { Button, Select, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import type { PortfolioQuery } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useOwners } from '../../hooks/useOwners';
import { useSystems } from '../../hooks/useSystems';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { entityName } from '../shared/format';
import { saveBlob } from '../shared/saveBlob';
import { PERIODS, PortfolioState } from './usePortfolioState';
import page from '../shared/page.module.css';
import styles from './PortfolioPage.module.css';

const ANY = 'any';

/** Period, whose pipelines, and the export. */
export function PortfolioFilters(props: {
  state: PortfolioState;
  query: PortfolioQuery;
  onChange: (change: Partial<PortfolioState>) => void;
}) {
  const { state, onChange } = props;
  const t = useText();
  const targets = useTargets();
  const known = useOwners();
  const knownSystems = useSystems();
  const chosen = (ids: Iterable<string>, own: string) =>
    [...new Set([...ids, ...(own ? [own] : [])])].sort();
  const owners = chosen(known.value ?? [], state.owner);
  const systems = chosen(
    knownSystems.value ?? [],
    state.system === 'none' ? '' : state.system,
  );
  const titles = new Map(
    (targets.value ?? []).map(({ name, title }) => [name, title]),
  );
  const select = (
    key: 'owner' | 'target' | 'system',
    label: string,
    options: Array<{ id: string; label: string }>,
  ) => (
    <Select
      className={styles.filter}
      size="small"
      aria-label={label}
      options={[
        { id: ANY, label: t('portfolio.filter.any', { what: label }) },
        ...options,
      ]}
      value={state[key] || ANY}
      onChange={id =>
        onChange({ [key]: id === null || id === ANY ? '' : String(id) })
      }
    />
  );
  return (
    <div className={page.bar}>
      <div className={page.actions}>
        <ToggleButtonGroup
          aria-label={t('portfolio.period')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[String(state.days)]}
          onSelectionChange={keys => {
            const [days] = keys;
            if (days !== undefined) {
              onChange({ days: Number(days) });
            }
          }}
        >
          {PERIODS.map(days => (
            <ToggleButton key={days} id={String(days)}>
              {t('portfolio.days', { count: days })}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {select(
          'owner',
          t('overview.filter.owner'),
          owners.map(id => ({ id, label: entityName(id) })),
        )}
        {select(
          'target',
          t('overview.filter.target'),
          chosen(titles.keys(), state.target).map(id => ({
            id,
            label: titles.get(id) ?? id,
          })),
        )}
        {select('system', t('portfolio.by.system'), [
          ...systems.map(id => ({ id, label: entityName(id) })),
          { id: 'none', label: t('portfolio.noSystem') },
        ])}
        {state.owner || state.target || state.system ? (
          <Button
            size="small"
            variant="tertiary"
            onPress={() => onChange({ owner: '', target: '', system: '' })}
          >
            {t('overview.filter.clear')}
          </Button>
        ) : null}
      </div>
      <ExportButton query={props.query} />
    </div>
  );
}

function ExportButton({ query }: { query: PortfolioQuery }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const day = new Date().toISOString().slice(0, 10);
      saveBlob(await api.exportPortfolio(query), `ml-pipelines-${day}.csv`);
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
    <Button
      size="small"
      variant="secondary"
      iconStart={<RiDownloadLine />}
      isDisabled={busy}
      onPress={save}
    >
      {t('portfolio.export')}
    </Button>
  );
}
