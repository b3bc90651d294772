import { useState } from 'react';
import { Button, Select } from '@backstage/ui';
import { RiPlayLine, RiScales3Line } from '@remixicon/react';
import { RUN_KINDS, RUN_STATES } from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { usePipeline } from '../../hooks/usePipeline';
import { useRuns } from '../../hooks/useRuns';
import { useTargetOf } from '../../hooks/useTargetOf';
import { TextKey, useText } from '../../translation';
import { formatTime } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { CompareRuns } from './CompareRuns';
import { RunTable } from './RunTable';
import { StartRunDialog } from './StartRunDialog';
import { useRunsState } from './useRunsState';
import styles from '../shared/page.module.css';

const PAGE = 25;
/** More runs than this do not fit beside each other. */
const MOST_COMPARED = 5;
/** Option for no filter; keys must not be empty. */
const ALL = 'all';

/** Every run of a pipeline, newest first, with filters; or some of them compared. */
export function Runs({ pipeline }: { pipeline: string }) {
  const { state, change } = useRunsState();
  return state.compare.length > 1 ? (
    <CompareRuns
      pipeline={pipeline}
      ids={state.compare.slice(0, MOST_COMPARED)}
      onBack={() => change({ compare: [] })}
    />
  ) : (
    <RunList pipeline={pipeline} />
  );
}

function RunList({ pipeline }: { pipeline: string }) {
  const t = useText();
  const { state, change } = useRunsState();
  const { canDeploy } = usePipelinePermissions(pipeline);
  const [selected, setSelected] = useState<string[]>([]);
  const [starting, setStarting] = useState(false);
  const runs = useRuns(pipeline, {
    kind: state.kind,
    state: state.state,
    offset: state.offset,
    limit: PAGE,
  });
  const target = useTargetOf(usePipeline(pipeline).value);
  const cronJob = target?.capabilities.schedules;
  const filtered = Boolean(state.kind || state.state);
  return (
    <div className={styles.stack}>
      <div className={styles.bar} style={{ marginBottom: 0 }}>
        <div className={styles.actions}>
          <Select
            size="small"
            aria-label={t('runs.filter.kind')}
            selectionMode="single"
            options={[
              { id: ALL, label: t('runs.filter.kind.all') },
              ...RUN_KINDS.map(id => ({
                id,
                label: t(`run.kind.${id}` as TextKey),
              })),
            ]}
            value={state.kind ?? ALL}
            onChange={key =>
              change(
                { kind: RUN_KINDS.find(kind => kind === key), offset: 0 },
                { replace: true },
              )
            }
          />
          <Select
            size="small"
            aria-label={t('runs.filter.state')}
            selectionMode="single"
            options={[
              { id: ALL, label: t('runs.filter.state.all') },
              ...RUN_STATES.map(id => ({
                id,
                label: t(`run.state.${id}` as TextKey),
              })),
            ]}
            value={state.state ?? ALL}
            onChange={key =>
              change(
                { state: RUN_STATES.find(known => known === key), offset: 0 },
                { replace: true },
              )
            }
          />
        </div>
        <div className={styles.actions}>
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiScales3Line />}
            isDisabled={selected.length < 2 || selected.length > MOST_COMPARED}
            onPress={() => change({ compare: selected })}
          >
            {t('runs.compare')}
          </Button>
          {canDeploy && (
            <Button
              size="small"
              variant="primary"
              iconStart={<RiPlayLine />}
              onPress={() => setStarting(true)}
            >
              {t('runs.start')}
            </Button>
          )}
        </div>
      </div>
      <QueryState query={runs} height={360}>
        {list => (
          <>
            <span className={styles.muted}>
              {list.nextDueAt
                ? t(cronJob ? 'runs.next.cronJob' : 'runs.next', {
                    time: formatTime(list.nextDueAt),
                  })
                : t('runs.next.none')}{' '}
              {t('runs.compare.hint', { most: MOST_COMPARED })}
            </span>
            <RunTable
              pipeline={pipeline}
              list={list}
              filtered={filtered}
              offset={state.offset}
              limit={PAGE}
              onOffset={offset => {
                setSelected([]);
                change({ offset });
              }}
              selected={selected}
              onSelect={setSelected}
            />
          </>
        )}
      </QueryState>
      {starting && (
        <StartRunDialog
          pipeline={pipeline}
          onClose={() => setStarting(false)}
        />
      )}
    </div>
  );
}
