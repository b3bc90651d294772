import { useMemo, useState } from 'react';
import { SearchField, Select, Switch } from '@backstage/ui';
import { RiTerminalLine } from '@remixicon/react';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { useRuntimeLog } from '../../hooks/useRuntimeLog';
import { TextKey, useText } from '../../translation';
import { formatClock } from '../shared/format';
import { LogLines } from '../shared/LogLines';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { WithPipeline } from '../shared/WithPipeline';
import styles from '../shared/page.module.css';

const LEVELS = ['all', 'info', 'warning', 'error'] as const;

/** What the running pipeline writes. */
export function LogsTab() {
  return <WithPipeline>{name => <Logs name={name} />}</WithPipeline>;
}

function Logs({ name }: { name: string }) {
  const t = useText();
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('all');
  const [follow, setFollow] = useState(true);
  const [search, setSearch] = useState('');
  const log = useRuntimeLog(name, level === 'all' ? undefined : level, follow);
  const lines = useMemo(
    () => shownLines(log.lines, search),
    [log.lines, search],
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
        </div>
        <Switch
          label={t('logs.follow')}
          isSelected={follow}
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
            <Message icon={<RiTerminalLine />} title={t('logs.empty.title')}>
              {t('logs.empty.text')}
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
                  t(follow ? followText(log.stream) : 'logs.paused')}
              </span>
            </>
          )
        }
      </QueryState>
    </div>
  );
}

function followText(stream: string): TextKey {
  switch (stream) {
    case 'open':
      return 'logs.live';
    case 'unavailable':
      return 'deployment.log.polling';
    default:
      return 'deployment.log.connecting';
  }
}

function shownLines(lines: LogLine[], search: string) {
  const wanted = search.toLowerCase();
  return lines
    .filter(
      line =>
        !wanted ||
        line.message.toLowerCase().includes(wanted) ||
        line.node?.toLowerCase().includes(wanted),
    )
    .map(line => ({
      key: line.cursor,
      time: line.time,
      level: line.level,
      from: line.node,
      message: line.message,
    }));
}
