import { useMemo } from 'react';
import { Text, VisuallyHidden } from '@backstage/ui';
import { useText } from '../../translation';
import { DiffLine, DiffRow, diffRows } from './diffRows';
import page from '../shared/page.module.css';
import styles from './YamlDiff.module.css';

/** How two texts are laid out. */
export type YamlLayout = 'split' | 'unified';

/** Differences between two YAML texts, line by line. */
export function YamlDiff(props: {
  before: string;
  after: string;
  layout: YamlLayout;
}) {
  const { before, after, layout } = props;
  const t = useText();
  const rows = useMemo(() => diffRows(before, after), [before, after]);
  if (before === after) {
    return (
      <>
        <Text as="p" color="secondary">
          {t('diff.same')}
        </Text>
        <pre
          className={page.code}
          // What scrolls must be reachable by keyboard.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {after}
        </pre>
      </>
    );
  }
  const Rows = layout === 'split' ? SplitRows : UnifiedRows;
  return (
    <div
      className={styles.scroll}
      role="region"
      aria-label={t('diff.label')}
      // What scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table className={layout === 'split' ? styles.split : styles.unified}>
        <colgroup>
          <col className={styles.numbers} />
          <col />
          {layout === 'split' && <col className={styles.numbers} />}
          {layout === 'split' && <col />}
        </colgroup>
        <tbody>
          <Rows rows={rows} />
        </tbody>
      </table>
    </div>
  );
}

function SplitRows({ rows }: { rows: DiffRow[] }) {
  return (
    <>
      {rows.map((row, index) =>
        row.kind === 'skipped' ? (
          // eslint-disable-next-line react/no-array-index-key
          <Skipped key={index} count={row.count} columns={4} />
        ) : (
          // eslint-disable-next-line react/no-array-index-key
          <tr key={index}>
            <Line
              line={row.before}
              change={row.kind === 'changed' ? 'removed' : undefined}
            />
            <Line
              line={row.after}
              change={row.kind === 'changed' ? 'added' : undefined}
            />
          </tr>
        ),
      )}
    </>
  );
}

function UnifiedRows({ rows }: { rows: DiffRow[] }) {
  return (
    <>
      {unify(rows).map((row, index) =>
        'count' in row ? (
          // eslint-disable-next-line react/no-array-index-key
          <Skipped key={index} count={row.count} columns={2} />
        ) : (
          // eslint-disable-next-line react/no-array-index-key
          <tr key={index}>
            <Line line={row.line} change={row.change} />
          </tr>
        ),
      )}
    </>
  );
}

type Change = 'added' | 'removed';
type UnifiedRow = { count: number } | { line: DiffLine; change?: Change };

/** Removed lines of a passage first, then those that take their place. */
function unify(rows: DiffRow[]): UnifiedRow[] {
  const result: UnifiedRow[] = [];
  let added: UnifiedRow[] = [];
  const flush = () => {
    result.push(...added);
    added = [];
  };
  for (const row of rows) {
    if (row.kind === 'changed') {
      if (row.before) {
        result.push({ line: row.before, change: 'removed' });
      }
      if (row.after) {
        added.push({ line: row.after, change: 'added' });
      }
    } else {
      flush();
      result.push(
        row.kind === 'skipped' ? { count: row.count } : { line: row.after },
      );
    }
  }
  flush();
  return result;
}

function Line(props: { line?: DiffLine; change?: Change }) {
  const { line, change } = props;
  const t = useText();
  const sign = change === 'added' ? '+' : '−';
  return (
    <>
      <td className={styles.number}>{line?.number}</td>
      <td className={line && change ? styles[change] : undefined}>
        {line && change && (
          <>
            <VisuallyHidden>{t(`diff.${change}`)} </VisuallyHidden>
            <span aria-hidden="true" className={styles.sign}>
              {sign}
            </span>
          </>
        )}
        {line?.text}
      </td>
    </>
  );
}

function Skipped({ count, columns }: { count: number; columns: number }) {
  const t = useText();
  return (
    <tr>
      <td colSpan={columns} className={styles.skipped}>
        {t('diff.skipped', { count })}
      </td>
    </tr>
  );
}
