import { diffLines } from 'diff';

/** Equal lines that are shown around a change. */
const CONTEXT = 3;

/** One line of either text; numbers count from 1. */
export interface DiffLine {
  number: number;
  text: string;
}

/** What stands beside each other, or equal lines that are left out. */
export type DiffRow =
  | { kind: 'same'; before: DiffLine; after: DiffLine }
  | { kind: 'changed'; before?: DiffLine; after?: DiffLine }
  | { kind: 'skipped'; count: number };

/** Rows of two texts side by side; long equal passages are left out. */
export function diffRows(before: string, after: string): DiffRow[] {
  const rows: DiffRow[] = [];
  const next = { before: 1, after: 1 };
  const number = (side: keyof typeof next, text: string): DiffLine => ({
    number: next[side]++,
    text,
  });
  let removed: DiffLine[] = [];
  const flush = (added: DiffLine[]) => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      rows.push({ kind: 'changed', before: removed[i], after: added[i] });
    }
    removed = [];
  };
  for (const part of diffLines(before, after)) {
    const lines = part.value.replace(/\n$/, '').split('\n');
    if (part.removed) {
      removed = lines.map(text => number('before', text));
    } else if (part.added) {
      flush(lines.map(text => number('after', text)));
    } else {
      flush([]);
      for (const text of lines) {
        rows.push({
          kind: 'same',
          before: number('before', text),
          after: number('after', text),
        });
      }
    }
  }
  flush([]);
  return leaveOut(rows);
}

function leaveOut(rows: DiffRow[]): DiffRow[] {
  const near = (index: number) =>
    rows
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(row => row.kind === 'changed');
  const result: DiffRow[] = [];
  rows.forEach((row, index) => {
    const last = result.at(-1);
    if (near(index)) {
      result.push(row);
    } else if (last?.kind === 'skipped') {
      last.count += 1;
    } else {
      result.push({ kind: 'skipped', count: 1 });
    }
  });
  return result;
}
