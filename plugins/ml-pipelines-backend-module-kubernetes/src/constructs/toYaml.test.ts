import type { V1LimitRange } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { expression, toYaml } from './toYaml';

it('writes names as the API knows them, and nothing that is undefined', () => {
  const limits: V1LimitRange = {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits', namespace: undefined },
    spec: { limits: [{ type: 'Container', _default: { cpu: '1' } }] },
  };
  expect(JSON.parse(toYaml(limits))).toEqual({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits' },
    spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] },
  });
});

it('writes text so that YAML and JSON read the same', () => {
  const text =
    '${a} $${a} %{b} \\${c} a\u2028b\u2029c\u0085d\u007fe\ufefff\u0007 "q" \\ \n 🤖';
  const written = toYaml({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { text },
  } as object);
  expect(written).not.toMatch(/[\u0085\u2028\ufeff]|[$%]\{/);
  expect(JSON.parse(written).data.text).toBe(text);
  expect(parse(written).data.text).toBe(text);
});

it('lets Terraform compute whole values, and nothing in other text', () => {
  const written = toYaml({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: expression('var.namespace') },
    data: { text: JSON.stringify({ a: '\u00000', b: '"\u00000"' }) },
  } as object);
  expect(written.match(/\$\{[^}]*\}/g)).toEqual([
    '${jsonencode(var.namespace)}',
  ]);
  expect(written).toContain('"namespace":${jsonencode(var.namespace)}');
});
