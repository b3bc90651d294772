import { mockServices } from '@backstage/backend-test-utils';
import { readKubernetesConfig, runtimeImage } from './config';

const read = (data: object) =>
  readKubernetesConfig(mockServices.rootConfig({ data: data as never }));

it('needs nothing', () => {
  expect(runtimeImage({ image: {} }, { image: read({}).image })).toEqual({
    reference: expect.stringMatching(/^[^/]+\/mlpipe\/pipeline-runtime:/),
    pullPolicy: 'IfNotPresent',
  });
});

it('takes each part from the target, else from the portal', () => {
  const defaults = read({
    mlPipelines: {
      kubernetes: {
        image: {
          repository: 'registry.example.com/ml/runtime',
          tag: '2',
          pullSecret: 'registry',
        },
      },
    },
  });
  expect(
    runtimeImage({ image: { tag: '3', pullPolicy: 'Always' } }, defaults),
  ).toEqual({
    reference: 'registry.example.com/ml/runtime:3',
    pullPolicy: 'Always',
    pullSecret: 'registry',
  });
});

it.each([
  ['registry.example.com/ml/runtime', 'mirror.example.com/ml/runtime:1'],
  ['localhost:5000/runtime', 'mirror.example.com/runtime:1'],
  ['localhost/runtime', 'mirror.example.com/runtime:1'],
  ['ml/runtime', 'mirror.example.com/ml/runtime:1'],
  ['runtime', 'mirror.example.com/runtime:1'],
])('takes %s from a mirror', (repository, reference) => {
  expect(
    runtimeImage(
      {
        image: { repository, tag: '1', registryMirror: 'mirror.example.com/' },
      },
      { image: {} },
    ).reference,
  ).toBe(reference);
});

it('names the key that is wrong', () => {
  expect(() =>
    read({ mlPipelines: { kubernetes: { image: { pullPolicy: 'Maybe' } } } }),
  ).toThrow(/mlPipelines\.kubernetes\.image\.pullPolicy/);
});
