import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  TemplateEntityV1beta3,
  templateEntityV1beta3Validator,
} from '@backstage/plugin-scaffolder-common';
import {
  alertRuleSchema,
  computeSchema,
  createBuiltinCatalogue,
} from '@mlpipe/plugin-ml-pipelines-common';
import { parse } from 'yaml';

const folder = resolve(__dirname, '../../../templates');
const read = (path: string) =>
  parse(readFileSync(resolve(folder, path), 'utf8'));

/** Fields of the forms that are not the scaffolder's own; the frontend plugin brings them. */
const OWN_FIELDS = [
  'MlKubernetesConnection',
  'MlPipelineAlerts',
  'MlPipelineCompute',
  'MlPipelineEnvironment',
  'MlPipelineName',
  'MlPipelineNode',
  'MlPipelinePicker',
  'MlPipelineReview',
  'MlPipelineTarget',
  'MlPipelineYaml',
];

interface Property {
  title?: string;
  default?: unknown;
  'ui:field'?: string;
  'ui:widget'?: string;
  'ui:options'?: { nodeTypes?: string[]; chain?: string[] };
}

function propertiesOf(template: TemplateEntityV1beta3): Map<string, Property> {
  const steps = [template.spec.parameters ?? []].flat();
  return new Map(
    steps.flatMap(step =>
      Object.entries((step.properties ?? {}) as Record<string, Property>),
    ),
  );
}

describe('templates/', () => {
  const paths: string[] = read('all.yaml').spec.targets;
  const templates = new Map<string, TemplateEntityV1beta3>(
    paths.map(path => [path, read(path)]),
  );

  it.each(paths)('%s is a template whose fields exist', async path => {
    const template = templates.get(path)!;
    expect(await templateEntityV1beta3Validator.check(template)).toBe(true);
    const properties = [...propertiesOf(template).values()];
    const shown = properties.filter(p => p['ui:widget'] !== 'hidden');
    expect(shown.map(property => property.title)).not.toContain(undefined);
    const fields = properties.flatMap(property => property['ui:field'] ?? []);
    expect([...OWN_FIELDS, 'OwnerPicker']).toEqual(
      expect.arrayContaining(fields),
    );
  });

  it.each([
    './anomaly-detection-on-logs/template.yaml',
    './score-a-csv-file/template.yaml',
  ])('%s offers node types that exist, and defaults that fit', path => {
    const properties = propertiesOf(templates.get(path)!);
    const catalogue = createBuiltinCatalogue();
    const chain = properties.get('review')?.['ui:options']?.chain ?? [];
    expect(chain).toHaveLength(5);
    for (const node of chain) {
      const types = properties.get(node)?.['ui:options']?.nodeTypes ?? [];
      expect(types.length).toBeGreaterThan(0);
      for (const type of types) {
        expect(catalogue.get(type)?.id).toBe(type);
      }
    }
    expect(
      alertRuleSchema
        .array()
        .safeParse(properties.get('alerts')?.default ?? []),
    ).toMatchObject({ success: true });
    expect(
      computeSchema.safeParse(properties.get('compute')?.default),
    ).toMatchObject({ success: true });
  });
});
