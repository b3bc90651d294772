import { quantity } from './quantity';

it.each([
  [undefined, 0],
  ['2', 2],
  ['500m', 0.5],
  ['1.5', 1.5],
  ['4Gi', 4 * 1024 ** 3],
  ['128974848', 128974848],
  ['129e6', 129e6],
  ['129M', 129e6],
  ['100n', 1e-7],
  ['many', 0],
])('%s is %s', (text, value) => {
  expect(quantity(text)).toBeCloseTo(value, 9);
});
