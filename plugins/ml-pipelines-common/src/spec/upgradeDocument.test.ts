import { upgradeDocument } from './upgradeDocument';

describe('upgradeDocument', () => {
  const steps = {
    'mlpipe.io/v1alpha0': (document: Record<string, unknown>) => ({
      ...document,
      apiVersion: 'mlpipe.io/v1alpha1',
      upgraded: true,
    }),
    loop: (document: Record<string, unknown>) => document,
  };

  it('walks through the steps to the current version', () => {
    expect(
      upgradeDocument({ apiVersion: 'mlpipe.io/v1alpha0' }, steps),
    ).toEqual({
      document: { apiVersion: 'mlpipe.io/v1alpha1', upgraded: true },
    });
  });

  it.each([['loop'], ['toString'], [{}], [7]])(
    'refuses the version %p',
    apiVersion => {
      expect(upgradeDocument({ apiVersion }, steps)).toMatchObject({
        problem: { code: 'document.apiVersion', path: ['apiVersion'] },
      });
    },
  );
});
