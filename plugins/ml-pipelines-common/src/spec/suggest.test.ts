import { suggest } from './suggest';

describe('suggest', () => {
  const known = ['trees', 'samples', 'seed', 'threshold', '>'];
  it.each([
    ['tree', 'trees'],
    ['TREES', 'trees'],
    ['smaples', 'samples'],
    ['treshhold', 'threshold'],
    ['completely-different', undefined],
    ['x', undefined],
    ['=', undefined],
  ])('%s: %s', (word, expected) => {
    expect(suggest(word, known)).toBe(expected);
  });
});
