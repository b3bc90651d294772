import { useEffect, useRef, useState } from 'react';
import { Button, SearchField, Select } from '@backstage/ui';
import { PIPELINE_STATUSES } from '@mlpipe/plugin-ml-pipelines-common';
import { useOwners } from '../../hooks/useOwners';
import { useSystems } from '../../hooks/useSystems';
import { useTargets } from '../../hooks/useTargets';
import { TextKey, useText } from '../../translation';
import { entityName } from '../shared/format';
import type { OverviewState } from './useOverviewState';
import styles from './OverviewPage.module.css';

const DEBOUNCE_MS = 300;

/** Search and filters of the overview. */
export function PipelineFilters(props: {
  state: OverviewState;
  onChange: (change: Partial<OverviewState>) => void;
}) {
  const { state, onChange } = props;
  const t = useText();
  const targets = useTargets();
  const known = useOwners();
  const knownSystems = useSystems();
  const [search, setSearch] = useState(state.search);
  const applied = useRef(state.search);

  // The URL may change by other means, such as the back button.
  useEffect(() => {
    if (state.search !== applied.current) {
      applied.current = state.search;
      setSearch(state.search);
    }
  }, [state.search]);
  useEffect(() => {
    if (search === applied.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      applied.current = search;
      onChange({ search });
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [search, onChange]);

  const owners = [...new Set([...(known.value ?? []), ...state.owner])].sort();
  const systems = [...new Set([...(knownSystems.value ?? []), ...state.system])]
    .filter(id => id !== 'none')
    .sort();
  const filtered =
    state.search ||
    state.status.length ||
    state.owner.length ||
    state.target.length ||
    state.system.length;
  return (
    <div className={styles.filters}>
      <SearchField
        className={styles.search}
        size="small"
        aria-label={t('overview.search')}
        placeholder={t('overview.search')}
        value={search}
        onChange={setSearch}
      />
      <Select
        className={styles.filter}
        selectionMode="multiple"
        size="small"
        aria-label={t('overview.filter.status')}
        placeholder={t('overview.filter.status')}
        options={PIPELINE_STATUSES.map(id => ({
          id,
          label: t(`status.${id}` as TextKey),
        }))}
        value={state.status}
        onChange={keys => onChange({ status: keys.map(String) })}
      />
      <Select
        className={styles.filter}
        selectionMode="multiple"
        size="small"
        aria-label={t('overview.filter.owner')}
        placeholder={t('overview.filter.owner')}
        options={owners.map(id => ({ id, label: entityName(id) }))}
        value={state.owner}
        onChange={keys => onChange({ owner: keys.map(String) })}
      />
      <Select
        className={styles.filter}
        selectionMode="multiple"
        size="small"
        aria-label={t('overview.filter.target')}
        placeholder={t('overview.filter.target')}
        options={(targets.value ?? []).map(target => ({
          id: target.name,
          label: target.title,
        }))}
        value={state.target}
        onChange={keys => onChange({ target: keys.map(String) })}
      />
      {(systems.length > 0 || state.system.length > 0) && (
        <Select
          className={styles.filter}
          selectionMode="multiple"
          size="small"
          aria-label={t('overview.filter.system')}
          placeholder={t('overview.filter.system')}
          options={[
            ...systems.map(id => ({ id, label: entityName(id) })),
            { id: 'none', label: t('portfolio.noSystem') },
          ]}
          value={state.system}
          onChange={keys => onChange({ system: keys.map(String) })}
        />
      )}
      {filtered ? (
        <Button
          size="small"
          variant="tertiary"
          onPress={() => {
            applied.current = '';
            setSearch('');
            onChange({
              search: '',
              status: [],
              owner: [],
              target: [],
              system: [],
            });
          }}
        >
          {t('overview.filter.clear')}
        </Button>
      ) : null}
    </div>
  );
}
