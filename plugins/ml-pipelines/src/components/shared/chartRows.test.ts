import { chartRows, hasValues, lonelyTimes } from './chartRows';

const line = (
  key: string,
  ...points: Array<readonly [number, number | null]>
) => ({ key, name: key, points });

it('brings lines together by time', () => {
  expect(chartRows([line('a', [2, 1], [1, null]), line('b', [2, 5])])).toEqual([
    { time: 1, a: null },
    { time: 2, a: 1, b: 5 },
  ]);
});

it('tells whether there is any value', () => {
  expect(hasValues([line('a', [1, null])])).toBe(false);
  expect(hasValues([line('a', [1, null], [2, 0])])).toBe(true);
});

it('finds values that no line leads to', () => {
  expect([
    ...lonelyTimes(line('a', [1, 5], [2, null], [3, 1], [4, 2], [5, null])),
  ]).toEqual([1]);
  expect([...lonelyTimes(line('a', [7, 0]))]).toEqual([7]);
});
