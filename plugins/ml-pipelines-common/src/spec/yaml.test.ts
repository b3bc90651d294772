import fc from 'fast-check';
import { createBuiltinCatalogue } from '../nodes/builtin';
import { sampleContext, sampleDocument } from '../testing/samples';
import { validatePipelineYaml } from '../validation/validatePipelineYaml';
import {
  PipelineDocumentInput,
  pipelineDocumentSchema,
} from './PipelineDocument';
import { stringifyPipeline } from './stringifyPipeline';
import { parsePipelineYaml } from './yaml';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1e3',
    '- a',
    '#',
    'a: b',
    'a\n b\n',
    '"',
  ),
);
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const documents: fc.Arbitrary<PipelineDocumentInput> = fc.record({
  apiVersion: fc.constant('mlpipe.io/v1alpha1' as const),
  kind: fc.constant('Pipeline' as const),
  metadata: fc.record(
    {
      name,
      owner: fc.constant('group:default/security'),
      title: text.filter(t => t.length > 0),
      description: text,
      tags: fc.array(name, { maxLength: 3 }),
    },
    { requiredKeys: ['name', 'owner'] },
  ),
  spec: fc.record(
    {
      target: name,
      nodes: fc.array(
        fc.record(
          {
            id: name,
            type: fc.constantFrom(
              ...createBuiltinCatalogue()
                .list()
                .map(type => type.id),
            ),
            title: text,
            parameters: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
            position: fc.record({ x: fc.integer(), y: fc.integer() }),
          },
          { requiredKeys: ['id', 'type'] },
        ),
        { maxLength: 4 },
      ),
      edges: fc.array(
        fc.record({
          from: name.map(n => `${n}.a`),
          to: name.map(n => `${n}.b`),
        }),
        { maxLength: 3 },
      ),
      environment: fc.array(
        fc.record({ name: name.map(n => n.toUpperCase()), value: text }),
        { maxLength: 3 },
      ),
      schedule: fc.record({ cron: fc.constant('0 3 * * *') }),
    },
    { requiredKeys: ['target', 'nodes'] },
  ),
});

describe('stringifyPipeline', () => {
  it('is read back as the same document', () => {
    fc.assert(
      fc.property(documents, input => {
        const document = pipelineDocumentSchema.parse(input);
        const parsed = parsePipelineYaml(stringifyPipeline(document));
        expect(parsed.problems).toEqual([]);
        expect(pipelineDocumentSchema.parse(parsed.document)).toEqual(document);
      }),
    );
  });

  it('writes fields in the order in which people read them, and no empty ones', () => {
    const { metadata, spec, ...rest } = pipelineDocumentSchema.parse(
      sampleDocument(),
    );
    const { nodes, target, ...others } = spec;
    const written = stringifyPipeline({
      spec: { ...others, nodes: nodes.slice(0, 1), target },
      metadata: Object.fromEntries(Object.entries(metadata).reverse()),
      ...rest,
    });
    expect(written).toBe(`apiVersion: mlpipe.io/v1alpha1
kind: Pipeline
metadata:
  name: ssh-anomalies
  owner: group:default/security
spec:
  target: local
  nodes:
    - id: logs
      type: log-file-tail
      parameters:
        path: /var/log/auth.log
  edges:
    - from: logs.events
      to: features.events
    - from: features.features
      to: model.features
    - from: model.scores
      to: deploy.scores
  compute:
    cpu: 1
    memoryMiB: 1024
    replicas: 1
`);
  });

  it('keeps what it does not know of an unfinished document', () => {
    const unfinished = { spec: { later: [], nodes: [{ type: 3 }] }, x: null };
    expect(parsePipelineYaml(stringifyPipeline(unfinished)).document).toEqual(
      unfinished,
    );
  });
});

describe('parsePipelineYaml', () => {
  it('never throws', () => {
    const words = fc.constantFrom(
      ...['a', ': ', '- ', '\n', '  ', '[', ']', '{', '}', '"', "'", '|', '>'],
      ...['&x ', '*x', '!t ', '---\n', '#', '? ', '%', '\t', '<<', '\u0000'],
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), parts => {
        const { document, problems } = parsePipelineYaml(parts.join(''));
        expect(problems.length === 0).toBe(document !== undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads plain data only, and lets no key reach a prototype', () => {
    const { document } = parsePipelineYaml(
      '__proto__: { polluted: true }\na: yes\nb: 2020-01-01\nc: 0x10\n',
    );
    expect(Object.keys(document as object)).toEqual([
      '__proto__',
      'a',
      'b',
      'c',
    ]);
    expect((document as { polluted?: unknown }).polluted).toBeUndefined();
    expect(document).toMatchObject({ a: 'yes', b: '2020-01-01', c: 16 });
  });

  it('reads a text with very many keys in time that grows with its length', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`);
    const { problems } = parsePipelineYaml([...many, 'k7: 2'].join('\n'));
    expect(problems).toEqual([
      expect.objectContaining({ code: 'yaml.duplicateKey', line: 20_001 }),
    ]);
  });
});

describe('validatePipelineYaml', () => {
  it('gives each problem its line, or that of what surrounds it', () => {
    const { problems } = validatePipelineYaml(
      `apiVersion: mlpipe.io/v1alpha1
kind: Pipeline
metadata:
  name: Bad name
spec:
  target: local
  nodes:
    - id: logs
      type: log-file-tail
    - id: model
      type: isolation-forest
      parameters: &p
        trees: 1
    - { id: other, type: isolation-forest, parameters: *p }
  edges:
    - from: logs.events
      to: model.features
`,
      sampleContext(),
    );
    expect(problems.map(({ code, line }) => `${line} ${code}`).sort())
      .toMatchInlineSnapshot(`
      [
        "13 schema.too_small",
        "13 schema.too_small",
        "14 node.openInput",
        "16 edge.portMismatch",
        "3 schema.required",
        "4 schema.format.name",
        "7 graph.missing.deploy",
        "8 schema.required",
      ]
    `);
  });

  it('accepts what it wrote itself', () => {
    const { document, problems } = validatePipelineYaml(
      stringifyPipeline(sampleDocument()),
      sampleContext(),
    );
    expect(problems).toEqual([]);
    expect(document?.metadata.name).toBe('ssh-anomalies');
  });
});
