import type { V1ResourceRule } from '@kubernetes/client-node';
import type { NeededRule } from './neededRules';
import { missingRules } from './missingRules';

const needed = (over: Partial<NeededRule> = {}): NeededRule => ({
  group: 'apps',
  resource: 'deployments',
  verbs: ['get', 'patch'],
  scope: 'namespace',
  why: 'a test',
  ...over,
});

/** An API server that lists rules, and allows what is asked for by name. */
function reviewing(
  resourceRules: V1ResourceRule[],
  allows: (attributes: Record<string, string>) => boolean = () => false,
) {
  const asked: Array<Record<string, string>> = [];
  return {
    asked,
    post: async (
      path: string,
      body: { spec: { resourceAttributes?: Record<string, string> } },
    ) => {
      if (path.endsWith('selfsubjectrulesreviews')) {
        return {
          status: { resourceRules, nonResourceRules: [], incomplete: true },
        };
      }
      const attributes = body.spec.resourceAttributes ?? {};
      asked.push(attributes);
      return { status: { allowed: allows(attributes) } };
    },
  };
}

const lacking = async (
  server: ReturnType<typeof reviewing>,
  rule: NeededRule,
) =>
  (await missingRules(server as never, 'ml', [rule])).map(({ verb }) => verb);

describe('missingRules', () => {
  const rule = (
    verbs: string[],
    resources: string[],
    more: Partial<V1ResourceRule> = {},
  ): V1ResourceRule => ({ verbs, resources, apiGroups: ['apps'], ...more });

  it.each([
    ['all is given', rule(['get', 'patch'], ['deployments']), []],
    [
      'everything is given',
      { verbs: ['*'], resources: ['*'], apiGroups: ['*'] },
      [],
    ],
    ['one verb is missing', rule(['get'], ['deployments']), ['patch']],
    [
      'it is another group',
      rule(['*'], ['deployments'], { apiGroups: ['extensions'] }),
      ['get', 'patch'],
    ],
    [
      'it is some names only',
      rule(['*'], ['deployments'], { resourceNames: ['x'] }),
      ['get', 'patch'],
    ],
    [
      'it is a subresource',
      rule(['*'], ['deployments/scale']),
      ['get', 'patch'],
    ],
  ])('when %s', async (_, given, expected) => {
    expect(await lacking(reviewing([given]), needed())).toEqual(expected);
  });

  it.each([
    ['pods/log', []],
    ['pods/*', []],
    ['*/log', []],
    ['pods', ['get']],
    ['*', []],
  ])('of a subresource by %s', async (resource, expected) => {
    const given = { verbs: ['get'], resources: [resource], apiGroups: [''] };
    const wanted = needed({ group: '', resource: 'pods/log', verbs: ['get'] });
    expect(await lacking(reviewing([given]), wanted)).toEqual(expected);
  });

  it('asks for what the list does not answer, and about the cluster always', async () => {
    const unlisted = reviewing([], ({ verb }) => verb === 'patch');
    expect(await lacking(unlisted, needed())).toEqual(['get']);

    const nodes = needed({
      group: '',
      resource: 'nodes',
      verbs: ['list'],
      scope: 'cluster',
    });
    const inNamespace = reviewing([
      { verbs: ['list'], resources: ['nodes'], apiGroups: [''] },
    ]);
    expect(await lacking(inNamespace, nodes)).toEqual(['list']);
    expect(inNamespace.asked).toEqual([
      { group: '', resource: 'nodes', verb: 'list' },
    ]);

    const own = needed({
      group: '',
      resource: 'namespaces',
      verbs: ['get'],
      scope: 'own-namespace',
    });
    expect(
      await lacking(
        reviewing([
          {
            verbs: ['get'],
            resources: ['namespaces'],
            apiGroups: [''],
            resourceNames: ['ml'],
          },
        ]),
        own,
      ),
    ).toEqual([]);
  });
});
