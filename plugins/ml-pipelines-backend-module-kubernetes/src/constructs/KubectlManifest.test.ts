import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import schema from '../testing/kubectlProviderSchema.json';
import { kubernetesTargetConfigSchema } from '../targetConfig';
import { resourcesOf } from '../testing/stacks';
import { KUBECTL_PROVIDER, KubectlManifestSink } from './KubectlManifest';
import { addTargetObjects } from './targetStack';

interface Attribute {
  type: unknown;
  required?: boolean;
  optional?: boolean;
}

const stack = synthesizeStack({
  name: 'test',
  build: scope => {
    const sink = new KubectlManifestSink(scope);
    const first = sink.add('first', { apiVersion: 'v1', kind: 'ConfigMap' });
    sink.add(
      'second',
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { keep: true, dependsOn: [first] },
    );
  },
});

/** What Terraform itself takes in any resource. */
const META = ['//', 'depends_on', 'provider', 'lifecycle'];

it('gives the provider of that version attributes that it has, of their types', () => {
  expect(schema._version).toBe(
    `${KUBECTL_PROVIDER.source} ${KUBECTL_PROVIDER.version}`,
  );
  const known = schema.resources.kubectl_manifest.attributes as Record<
    string,
    Attribute
  >;
  for (const resource of Object.values(resourcesOf(stack))) {
    const given = Object.entries(resource).filter(
      ([name]) => !META.includes(name),
    );
    for (const [name, value] of given) {
      const { type, optional, required } = known[name];
      expect([name, optional || required]).toEqual([name, true]);
      expect([name, type]).toEqual([
        name,
        typeof value === 'boolean' ? 'bool' : typeof value,
      ]);
    }
    const required = Object.keys(known).filter(name => known[name].required);
    expect(given.map(([name]) => name)).toEqual(
      expect.arrayContaining(required),
    );
  }
  const [settings] = (stack.provider as { kubectl: object[] }).kubectl;
  expect(Object.keys(schema.provider.attributes)).toEqual(
    expect.arrayContaining(Object.keys(settings)),
  );
});

it('keeps what is to stay, and orders what depends', () => {
  expect(stack.resource).toMatchObject({
    kubectl_manifest: {
      first: { server_side_apply: true, wait_for_rollout: false },
      second: {
        apply_only: true,
        depends_on: ['kubectl_manifest.first'],
      },
    },
  });
  expect(resourcesOf(stack).first).not.toHaveProperty('apply_only');
});

describe('the stack of a target', () => {
  const objects = (namespace: object) =>
    Object.entries(
      resourcesOf(
        synthesizeStack({
          name: 'target',
          build: scope =>
            addTargetObjects(
              scope,
              'cluster',
              kubernetesTargetConfigSchema.parse({ namespace }),
            ),
        }),
      ),
    ).map(([id, { yaml_body }]) => [id, JSON.parse(yaml_body)]);

  it('makes a namespace that only lets restricted pods in, with a quota', () => {
    expect(
      Object.fromEntries(
        objects({
          name: 'ml',
          quota: { cpu: 2.5, memoryGiB: 8, gpu: 0, pods: 5, storageGiB: 20 },
        }),
      ),
    ).toMatchSnapshot();
  });

  it('leaves out what nobody asked for', () => {
    expect(objects({ name: 'ml' }).map(([id]) => id)).toEqual(['namespace']);
    expect(objects({ name: 'ml', create: false })).toEqual([]);
  });
});
