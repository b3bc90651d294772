import {
  createBuiltinCatalogue,
  NODE_CATEGORIES,
  NodeTypeEntry,
  nodeTypeEntries,
} from '@mlpipe/plugin-ml-pipelines-common';
import { code, escape, page, table } from './markdown';

/** What the table needs of the JSON Schema of a parameter. */
interface ParameterSchema {
  type?: string;
  title?: string;
  description?: string;
  unit?: string;
  enum?: string[];
  items?: ParameterSchema;
  anyOf?: ParameterSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

const HEADINGS: Record<string, string> = {
  source: 'Sources',
  preprocess: 'Preprocessing',
  model: 'Models',
  deploy: 'Deployment',
};

/** Every node type of the catalogue, with its ports and parameters. */
export function nodeTypesPage(): string {
  const entries = nodeTypeEntries(createBuiltinCatalogue());
  return page(
    'Node types',
    'What a pipeline can be made of. Modules [add others](../guides/write-a-node-type.md).',
    ...NODE_CATEGORIES.flatMap(category => [
      `## ${HEADINGS[category]}`,
      ...entries.filter(entry => entry.category === category).flatMap(section),
    ]),
  );
}

function section(entry: NodeTypeEntry): string[] {
  const ports = (list: NodeTypeEntry['inputs']) =>
    list.map(({ name, type }) => `${code(name)} (${type})`).join(', ');
  const facts = [
    entry.inputs.length && `Reads ${ports(entry.inputs)}.`,
    entry.outputs.length && `Gives ${ports(entry.outputs)}.`,
    entry.mode && `Mode ${code(entry.mode)}.`,
    entry.readsHostFiles && 'Reads files of the machine that runs it.',
    entry.needsGpu && 'Needs a GPU.',
  ].filter(Boolean);
  const properties = (entry.parameters.properties ?? {}) as Record<
    string,
    ParameterSchema
  >;
  const rows = Object.entries(properties).map(([name, schema]) => {
    const inner = schema.anyOf?.find(part => part.type !== 'null') ?? schema;
    return [
      code(name),
      escape(
        [schema.title ?? inner.title, schema.description ?? inner.description]
          .filter(Boolean)
          .join(': '),
      ),
      values(inner, schema.unit ?? inner.unit),
      entry.required.includes(name)
        ? 'must be given'
        : code(JSON.stringify(entry.defaults[name] ?? null)),
    ];
  });
  return [
    `### ${entry.title}`,
    `${code(`type: ${entry.id}`)}. ${escape(entry.description)} ${facts.join(
      ' ',
    )}`,
    rows.length
      ? table(['parameter', 'meaning', 'values', 'default'], rows)
      : 'It has no parameters.',
  ];
}

/** What a parameter accepts, in words. */
function values(schema: ParameterSchema, unit = ''): string {
  const options = schema.enum ?? schema.items?.enum;
  if (options) {
    const list = options.map(option => code(option)).join(', ');
    return schema.type === 'array' ? `some of ${list}` : `one of ${list}`;
  }
  const { minimum, maximum, exclusiveMinimum } = schema;
  // The range of all safe integers says nothing.
  const bound = (value?: number) =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
      ? value
      : undefined;
  const [low, high] = [bound(minimum), bound(maximum)];
  const range = [
    low !== undefined && high !== undefined && `${low} to ${high}`,
    low !== undefined && high === undefined && `${low} or more`,
    low === undefined && high !== undefined && `${high} or less`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
  ].filter(Boolean);
  return [schema.type ?? 'any', range.join(', '), unit && `(${unit})`]
    .filter(Boolean)
    .join(' ');
}
