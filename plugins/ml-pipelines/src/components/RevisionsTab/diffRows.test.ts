import { diffRows } from './diffRows';

const lines = (...texts: string[]) => texts.map(text => `${text}\n`).join('');

it('puts changed lines beside each other and leaves equal passages out', () => {
  expect(
    diffRows(
      lines('a', 'b', 'c', 'd', 'e', 'old', 'f', 'g'),
      lines('a', 'b', 'c', 'd', 'e', 'new', 'more', 'f', 'g'),
    ),
  ).toEqual([
    { kind: 'skipped', count: 2 },
    ...['c', 'd', 'e'].map((text, i) => ({
      kind: 'same',
      before: { number: i + 3, text },
      after: { number: i + 3, text },
    })),
    {
      kind: 'changed',
      before: { number: 6, text: 'old' },
      after: { number: 6, text: 'new' },
    },
    { kind: 'changed', after: { number: 7, text: 'more' } },
    {
      kind: 'same',
      before: { number: 7, text: 'f' },
      after: { number: 8, text: 'f' },
    },
    {
      kind: 'same',
      before: { number: 8, text: 'g' },
      after: { number: 9, text: 'g' },
    },
  ]);
});

it('has removed lines without a counterpart', () => {
  expect(diffRows(lines('a', 'b'), lines('a'))).toMatchObject([
    { kind: 'same' },
    { kind: 'changed', before: { number: 2, text: 'b' } },
  ]);
});

it('shows nothing of equal texts', () => {
  expect(diffRows(lines('a', 'b'), lines('a', 'b'))).toEqual([
    { kind: 'skipped', count: 2 },
  ]);
});
