import { useMemo, useState } from 'react';
import { SearchField, Select, Switch } from '@backstage/ui';
import { RiTerminalLine } from '@remixicon/react';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelineStatus } from '../../hooks/usePipelineStatus';
import { RuntimeLogResult, useRuntimeLog } from '../../hooks/useRuntimeLog';
import { TextKey, useText } from '../../translation';
import { formatClock } from '../shared/format';
import { LogLines } from '../shared/LogLines';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { WithPipeline } from '../shared/WithPipeline';
import { ReplicaSelect } from './ReplicaSelect';
import { useLogSelection } from './useLogSelection';
import styles from '../shared/page.module.css';

const LEVELS = ['all', 'info', 'warning', 'error'] as const;

/** What the running pipeline writes. */
export function LogsTab() {
  return <WithPipeline>{name => <Logs name={name} />}</WithPipeline>;
}

function Logs({ name }: { name: string }) {
  const t = useText();
  const { replica, previous, choose } = useLogSelection();
  const status = usePipelineStatus(name);
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('all');
  const [wanted, setFollow] = useState(true);
  // What ran before a restart writes nothing more.
  const follow = wanted && !previous;
  const [search, setSearch] = useState('');
  const log = useRuntimeLog(
    name,
    { level: level === 'all' ? undefined : level, replica, previous },
    follow,
  );
  const lines = useMemo(
    () => shownLines(log.lines, search, replica),
    [log.lines, search, replica],
  );
  return (
    <div className={styles.stack}>
      <div className={styles.bar} style={{ marginBottom: 0 }}>
        <div className={styles.actions}>
          <SearchField
            size="small"
            aria-label={t('logs.search')}
            placeholder={t('logs.search')}
            value={search}
            onChange={setSearch}
          />
          <Select
            size="small"
            aria-label={t('logs.level')}
            selectionMode="single"
            options={LEVELS.map(id => ({
              id,
              label: t(`logs.level.${id}` as TextKey),
            }))}
            value={level}
            onChange={key =>
              setLevel(LEVELS.find(other => other === key) ?? 'all')
            }
          />
          <ReplicaSelect
            replicas={status.value?.replicas.items ?? []}
            replica={replica}
            previous={previous}
            onChoose={choose}
          />
        </div>
        <Switch
          label={t('logs.follow')}
          isSelected={follow}
          isDisabled={previous}
          onChange={setFollow}
        />
      </div>
      <QueryState
        query={{
          value: log.loading ? undefined : log,
          loading: log.loading,
          error: log.error,
          refresh: log.refresh,
        }}
        height={480}
      >
        {({ lines: all }) =>
          all.length === 0 ? (
            <Message
              icon={<RiTerminalLine />}
              title={t(
                previous ? 'logs.previous.none.title' : 'logs.empty.title',
              )}
            >
              {t(previous ? 'logs.previous.none.text' : 'logs.empty.text')}
            </Message>
          ) : (
            <>
              <LogLines
                lines={lines}
                label={t('logs.label')}
                formatTime={formatClock}
              />
              <span className={styles.muted} role="status">
                {lines.length === 0 && t('logs.noMatch')}
                {lines.length > 0 &&
                  t(previous ? 'logs.previous.shown' : liveText(log, follow))}
              </span>
            </>
          )
        }
      </QueryState>
    </div>
  );
}

function liveText(log: RuntimeLogResult, follow: boolean): TextKey {
  if (!follow) {
    return 'logs.paused';
  }
  switch (log.stream) {
    case 'open':
      return 'logs.live';
    case 'unavailable':
      return 'deployment.log.polling';
    default:
      return 'deployment.log.connecting';
  }
}

function shownLines(
  lines: LogLine[],
  search: string,
  replica: string | undefined,
) {
  const wanted = search.toLowerCase();
  return lines
    .filter(
      line =>
        !wanted ||
        line.message.toLowerCase().includes(wanted) ||
        line.node?.toLowerCase().includes(wanted) ||
        line.replica?.toLowerCase().includes(wanted),
    )
    .map(line => ({
      key: line.cursor,
      time: line.time,
      level: line.level,
      // Of which replica it is needs no saying when only one is shown.
      from:
        [replica ? undefined : line.replica, line.node]
          .filter(Boolean)
          .join(' · ') || undefined,
      message: line.message,
    }));
}
