import fc from 'fast-check';
import { z } from 'zod';
import { NodeCatalogue } from '../nodes/NodeCatalogue';
import { defineNodeType } from '../nodes/NodeType';
import { builtinNodeTypes } from '../nodes/builtin';
import { formatProblem, Problem } from '../spec/problem';
import { PROBLEM_CODES, ProblemCode } from '../spec/problemTexts';
import { sampleContext, sampleDocument, smallTarget } from '../testing/samples';
import type { ValidationContext } from './ValidationContext';
import { validatePipeline } from './validatePipeline';
import { validatePipelineYaml } from './validatePipelineYaml';
import { MAX_YAML_LENGTH } from '../spec/yaml';

type Path = Problem['path'];

/** Node types for codes that no built-in type can cause. */
const extraType = (id: string, parameters: z.ZodObject, needsGpu = false) =>
  defineNodeType({
    id,
    category: 'preprocess',
    title: 'Extra',
    description: 'Extra',
    inputs: [{ name: 'events', type: 'log-events', description: '' }],
    outputs: [{ name: 'events', type: 'log-events', description: '' }],
    parameters,
    needsGpu,
  });
const context: ValidationContext = {
  ...sampleContext(),
  catalogue: new NodeCatalogue([
    ...builtinNodeTypes,
    extraType('extra-gpu', z.strictObject({}), true),
    extraType(
      'extra',
      z.strictObject({
        flag: z.boolean().optional(),
        below: z.number().lt(10).optional(),
        step: z.number().multipleOf(5).optional(),
        code: z
          .string()
          .regex(/^[A-Z]+$/, 'Use capitals.')
          .optional(),
        either: z.union([z.string(), z.number()]).optional(),
        odd: z
          .number()
          .refine(n => n % 2 === 1, 'Use an odd number')
          .optional(),
        short: z.string().min(3).optional(),
        pair: z.array(z.string()).min(2).optional(),
        when: z.date().optional(),
      }),
    ),
  ]),
};

/** A copy of the sample with values set, or removed where they are undefined. */
function changed(...changes: Array<[path: Path, value: unknown]>): unknown {
  const document: unknown = structuredClone(sampleDocument());
  for (const [path, value] of changes) {
    let place = document as Record<string | number, unknown>;
    for (const segment of path.slice(0, -1)) {
      place[segment] ??= {};
      place = place[segment] as typeof place;
    }
    const last = path.at(-1)!;
    if (value === undefined) {
      delete place[last];
    } else {
      place[last] = value;
    }
  }
  return document;
}

const node = (index: number, ...rest: Path): Path => [
  'spec',
  'nodes',
  index,
  ...rest,
];
const parameter = (index: number, name: string, value: unknown) =>
  changed([node(index, 'parameters', name), value]);
/** The sample with another source. */
const source = (type: string, parameters: object) =>
  changed([node(0), { id: 'logs', type, parameters }]);
/** The sample with a node of the extra types between source and features. */
const withExtra = (type: string, parameters: object = {}) =>
  changed(
    [node(4), { id: 'extra', type, parameters }],
    [['spec', 'edges', 0], { from: 'logs.events', to: 'extra.events' }],
    [['spec', 'edges', 3], { from: 'extra.events', to: 'features.events' }],
  );
const extra = (name: string, value: unknown) =>
  withExtra('extra', { [name]: value });
const alert = (fields: object) =>
  changed([
    ['spec', 'alerts'],
    [{ name: 'a', metric: 'latency_p95_ms', threshold: 1, ...fields }],
  ]);

/** The sample as an endpoint whose replicas follow the load. */
const scaled = (autoscaling: object, replicas = 1) =>
  changed(
    [node(3, 'type'), 'api-endpoint'],
    [['spec', 'compute'], { replicas, autoscaling }],
  );
/** A context whose target is a cluster. */
const cluster: ValidationContext = {
  ...context,
  targets: new Map([
    [
      'local',
      {
        ...smallTarget,
        batch: true,
        autoscaling: true,
        hostFiles: false,
        maxWorkers: 8,
      },
    ],
  ]),
};

/** A document that causes one problem, and where: `[document, path, node]`. */
const cases: Record<
  Exclude<ProblemCode, `yaml.${string}`>,
  [document: unknown, path: Path, node?: string, context?: ValidationContext]
> = {
  'document.type': [[], []],
  'document.apiVersion': [
    changed([['apiVersion'], 'mlpipe.io/v9']),
    ['apiVersion'],
  ],
  'document.apiVersionMissing': [
    changed([['apiVersion'], undefined]),
    ['apiVersion'],
  ],
  'document.tooManyProblems': [
    changed(
      ...Array.from({ length: 300 }, (_, i): [Path, unknown] => [
        ['metadata', `x${i}`],
        1,
      ]),
    ),
    [],
  ],
  'schema.required': [
    changed([['metadata', 'owner'], undefined]),
    ['metadata', 'owner'],
  ],
  'schema.unrecognized_keys': [
    parameter(2, 'tree', 10),
    node(2, 'parameters', 'tree'),
    'model',
  ],
  'schema.type.text': [
    changed([['metadata', 'title'], 3]),
    ['metadata', 'title'],
  ],
  'schema.type.number': [
    parameter(2, 'contamination', '0.1'),
    node(2, 'parameters', 'contamination'),
    'model',
  ],
  'schema.type.integer': [
    parameter(2, 'trees', 10.5),
    node(2, 'parameters', 'trees'),
    'model',
  ],
  'schema.type.boolean': [
    extra('flag', 'yes'),
    node(4, 'parameters', 'flag'),
    'extra',
  ],
  'schema.type.list': [
    parameter(1, 'groups', 'rate'),
    node(1, 'parameters', 'groups'),
    'features',
  ],
  'schema.type.object': [
    changed([['spec', 'compute'], 3]),
    ['spec', 'compute'],
  ],
  'schema.type.other': [
    extra('when', 'today'),
    node(4, 'parameters', 'when'),
    'extra',
  ],
  'schema.too_small': [
    parameter(2, 'trees', 1),
    node(2, 'parameters', 'trees'),
    'model',
  ],
  'schema.too_small.exclusive': [
    parameter(2, 'contamination', 0),
    node(2, 'parameters', 'contamination'),
    'model',
  ],
  'schema.too_big': [
    parameter(2, 'trees', 1e6),
    node(2, 'parameters', 'trees'),
    'model',
  ],
  'schema.too_big.exclusive': [
    extra('below', 10),
    node(4, 'parameters', 'below'),
    'extra',
  ],
  'schema.empty': [changed([['metadata', 'name'], '']), ['metadata', 'name']],
  'schema.too_short': [
    extra('short', 'ab'),
    node(4, 'parameters', 'short'),
    'extra',
  ],
  'schema.too_long': [
    changed([['metadata', 'title'], 'x'.repeat(81)]),
    ['metadata', 'title'],
  ],
  'schema.too_few': [
    extra('pair', ['a']),
    node(4, 'parameters', 'pair'),
    'extra',
  ],
  'schema.too_many': [
    changed([['metadata', 'tags'], Array(21).fill('a')]),
    ['metadata', 'tags'],
  ],
  'schema.not_multiple_of': [
    extra('step', 7),
    node(4, 'parameters', 'step'),
    'extra',
  ],
  'schema.invalid_value': [
    parameter(0, 'startAt', 'middle'),
    node(0, 'parameters', 'startAt'),
    'logs',
  ],
  'schema.invalid_union': [
    extra('either', true),
    node(4, 'parameters', 'either'),
    'extra',
  ],
  'schema.invalid_format': [
    extra('code', 'abc'),
    node(4, 'parameters', 'code'),
    'extra',
  ],
  'schema.custom': [extra('odd', 2), node(4, 'parameters', 'odd'), 'extra'],
  'schema.format.name': [
    changed([['metadata', 'name'], 'Bad name']),
    ['metadata', 'name'],
  ],
  'schema.format.resourceName': [
    changed([['spec', 'target'], 'local-']),
    ['spec', 'target'],
  ],
  'schema.format.environmentName': [
    changed([['spec', 'environment'], [{ name: '1A', value: '' }]]),
    ['spec', 'environment', 0, 'name'],
  ],
  'schema.format.entityRef': [
    changed([['metadata', 'owner'], 'security']),
    ['metadata', 'owner'],
  ],
  'schema.format.portRef': [
    changed([['spec', 'edges', 0, 'from'], 'logs']),
    ['spec', 'edges', 0, 'from'],
  ],
  'schema.format.tag': [
    changed([['metadata', 'tags'], ['A b']]),
    ['metadata', 'tags', 0],
  ],
  'schema.format.absoluteFile': [
    parameter(0, 'path', 'auth.log'),
    node(0, 'parameters', 'path'),
    'logs',
  ],
  'schema.format.ipAddress': [
    source('syslog', { host: 'localhost' }),
    node(0, 'parameters', 'host'),
    'logs',
  ],
  'schema.format.cidr': [
    source('syslog', { allowedSources: ['10.0.0.0/33'] }),
    node(0, 'parameters', 'allowedSources', 0),
    'logs',
  ],
  'schema.format.bootstrapServers': [
    source('kafka', { bootstrapServers: 'kafka', topic: 'logs' }),
    node(0, 'parameters', 'bootstrapServers'),
    'logs',
  ],
  'schema.format.kafkaName': [
    source('kafka', { bootstrapServers: 'kafka:9092', topic: 'my logs' }),
    node(0, 'parameters', 'topic'),
    'logs',
  ],
  'parameters.neededForSasl': [
    source('kafka', {
      bootstrapServers: 'kafka:9092',
      topic: 'logs',
      security: 'SASL_SSL',
      username: 'reader',
    }),
    node(0, 'parameters', 'passwordVariable'),
    'logs',
  ],
  'parameters.unknownColumn': [
    source('csv-file', {
      path: '/srv/rows.csv',
      header: false,
      columns: ['time', 'text'],
      textColumn: 'message',
    }),
    node(0, 'parameters', 'textColumn'),
    'logs',
  ],
  'text.controlCharacters': [
    changed([['metadata', 'description'], 'a\u202eb']),
    ['metadata', 'description'],
  ],
  'node.unknownType': [
    changed([node(2, 'type'), 'isolation-forrest']),
    node(2, 'type'),
    'model',
  ],
  'node.openInput': [
    changed([node(4), { id: 'loose', type: 'normalisation' }]),
    node(4),
    'loose',
  ],
  'node.unreachable': [
    changed([node(4), { id: 'loose', type: 'http-push' }]),
    node(4),
    'loose',
  ],
  'node.needsGpu': [withExtra('extra-gpu'), node(4, 'type'), 'extra'],
  'node.sameFile': [
    changed([
      node(4),
      {
        id: 'again',
        type: 'log-file-tail',
        parameters: { path: '/var/log/auth.log' },
      },
    ]),
    node(4, 'parameters', 'path'),
    'again',
  ],
  'parameters.samplesAboveTrainingEvents': [
    parameter(2, 'samples', 5000),
    node(2, 'parameters', 'samples'),
    'model',
  ],
  'edge.unknownNode': [
    changed([['spec', 'edges', 0, 'from'], 'log.events']),
    ['spec', 'edges', 0, 'from'],
  ],
  'edge.unknownOutput': [
    changed([['spec', 'edges', 0, 'from'], 'logs.event']),
    ['spec', 'edges', 0, 'from'],
    'logs',
  ],
  'edge.unknownInput': [
    changed([['spec', 'edges', 3], { from: 'logs.events', to: 'features.in' }]),
    ['spec', 'edges', 3, 'to'],
    'features',
  ],
  'edge.portMismatch': [
    changed([['spec', 'edges', 1, 'from'], 'logs.events']),
    ['spec', 'edges', 1],
    'model',
  ],
  'edge.inputTaken': [
    changed([
      ['spec', 'edges', 3],
      { from: 'logs.events', to: 'features.events' },
    ]),
    ['spec', 'edges', 3, 'to'],
    'features',
  ],
  'graph.duplicateId': [
    changed([node(4), { id: 'model', type: 'isolation-forest' }]),
    node(4, 'id'),
    'model',
  ],
  'graph.cycle': [
    changed(
      [node(4), { id: 'scale', type: 'normalisation' }],
      [['spec', 'edges', 1], { from: 'scale.features', to: 'scale.features' }],
    ),
    node(4),
    'scale',
  ],
  'graph.missing.source': [
    changed([node(0), { id: 'logs', type: 'normalisation' }]),
    ['spec', 'nodes'],
  ],
  'graph.missing.model': [
    changed([node(2), { id: 'model', type: 'normalisation' }]),
    ['spec', 'nodes'],
  ],
  'graph.missing.deploy': [
    changed([node(3), { id: 'deploy', type: 'normalisation' }]),
    ['spec', 'nodes'],
  ],
  'graph.manyDeployments': [
    changed(
      [node(4), { id: 'api', type: 'api-endpoint' }],
      [['spec', 'edges', 3], { from: 'model.scores', to: 'api.scores' }],
    ),
    node(4),
    'api',
  ],
  'target.unknown': [changed([['spec', 'target'], 'loca']), ['spec', 'target']],
  'target.none': [
    sampleDocument(),
    ['spec', 'target'],
    undefined,
    { ...context, targets: new Map() },
  ],
  'target.hostFiles': [
    sampleDocument(),
    node(0, 'type'),
    'logs',
    {
      ...context,
      targets: new Map([['local', { ...smallTarget, hostFiles: false }]]),
    },
  ],
  'target.mode': [
    sampleDocument(),
    node(3, 'type'),
    'deploy',
    {
      ...context,
      targets: new Map([['local', { ...smallTarget, stream: false }]]),
    },
  ],
  'compute.noGpu': [
    changed([['spec', 'compute', 'gpu'], { count: 1 }]),
    ['spec', 'compute', 'gpu'],
  ],
  'compute.gpu': [
    changed([['spec', 'compute', 'gpu'], { count: 2 }]),
    ['spec', 'compute', 'gpu'],
    undefined,
    {
      ...context,
      targets: new Map([['local', { ...smallTarget, maxGpus: 1 }]]),
    },
  ],
  'compute.cpu': [
    changed([['spec', 'compute', 'cpu'], 8]),
    ['spec', 'compute', 'cpu'],
  ],
  'compute.memory': [
    changed([['spec', 'compute', 'memoryMiB'], 8192]),
    ['spec', 'compute', 'memoryMiB'],
  ],
  'compute.replicas': [
    changed(
      [['spec', 'compute', 'replicas'], 8],
      [node(3, 'type'), 'api-endpoint'],
    ),
    ['spec', 'compute', 'replicas'],
  ],
  'compute.autoscaling': [
    scaled({ maxReplicas: 3 }),
    ['spec', 'compute', 'autoscaling'],
  ],
  'compute.autoscalingMode': [
    changed([['spec', 'compute', 'autoscaling'], { maxReplicas: 3 }]),
    ['spec', 'compute', 'autoscaling'],
    'deploy',
  ],
  'compute.autoscalingBelow': [
    scaled({ maxReplicas: 2 }, 3),
    ['spec', 'compute', 'autoscaling', 'maxReplicas'],
  ],
  'compute.autoscalingAbove': [
    scaled({ maxReplicas: 5 }),
    ['spec', 'compute', 'autoscaling', 'maxReplicas'],
    undefined,
    cluster,
  ],
  'compute.noWorkers': [
    changed([['spec', 'compute', 'workers'], 2]),
    ['spec', 'compute', 'workers'],
  ],
  'compute.workers': [
    changed([['spec', 'compute', 'workers'], 9]),
    ['spec', 'compute', 'workers'],
    undefined,
    cluster,
  ],
  'compute.streamReplicas': [
    changed([['spec', 'compute', 'replicas'], 2]),
    ['spec', 'compute', 'replicas'],
    'deploy',
  ],
  'secret.unknown': [
    changed([['spec', 'secrets'], [{ env: 'A', name: 'db-pasword' }]]),
    ['spec', 'secrets', 0, 'name'],
  ],
  'environment.reserved': [
    changed([['spec', 'environment'], [{ name: 'LD_PRELOAD', value: 'x' }]]),
    ['spec', 'environment', 0, 'name'],
  ],
  'environment.duplicate': [
    changed(
      [['spec', 'environment'], [{ name: 'A', value: 'x' }]],
      [['spec', 'secrets'], [{ env: 'A', name: 'db-password' }]],
    ),
    ['spec', 'secrets', 0, 'env'],
  ],
  'environment.looksSecret': [
    changed([['spec', 'environment'], [{ name: 'API_KEY', value: 'xyzzy' }]]),
    ['spec', 'environment', 0, 'value'],
  ],
  'alert.duplicate': [
    changed([
      ['spec', 'alerts'],
      [
        { name: 'a', metric: 'latency_p95_ms', threshold: 1 },
        { name: 'a', metric: 'latency_p95_ms', threshold: 2 },
      ],
    ]),
    ['spec', 'alerts', 1, 'name'],
  ],
  'alert.metricNotProduced': [
    changed(
      [node(2), { id: 'model', type: 'normalisation' }],
      [
        ['spec', 'alerts'],
        [{ name: 'a', metric: 'anomalies_per_minute', threshold: 1 }],
      ],
    ),
    ['spec', 'alerts', 0, 'metric'],
  ],
  'alert.neverFires': [
    alert({ operator: '<', threshold: 0 }),
    ['spec', 'alerts', 0, 'threshold'],
  ],
  'schedule.timezone': [
    changed([['spec', 'schedule'], { cron: '0 3 * * *', timezone: 'Mars/X' }]),
    ['spec', 'schedule', 'timezone'],
  ],
  'schedule.cron': [
    changed([['spec', 'schedule'], { cron: '0 3 * * * *' }]),
    ['spec', 'schedule', 'cron'],
  ],
  'schedule.never': [
    changed([['spec', 'schedule'], { cron: '0 3 30 2 *' }]),
    ['spec', 'schedule', 'cron'],
  ],
  'source.endless': [
    changed(
      [node(0), { id: 'logs', type: 'http-push' }],
      [node(3), { id: 'deploy', type: 'scores-file' }],
    ),
    ['spec', 'nodes', 0, 'type'],
    'logs',
  ],
  'source.noFile': [
    source('csv-file', { path: null }),
    node(0, 'parameters', 'path'),
    'logs',
  ],
  'schedule.noFile': [
    changed(
      [node(0), { id: 'logs', type: 'csv-file' }],
      [node(3, 'type'), 'scores-file'],
      [['spec', 'schedule'], { cron: '0 3 * * *' }],
    ),
    ['spec', 'schedule'],
    'logs',
  ],
  'schedule.unused': [
    changed([['spec', 'schedule'], { cron: '0 3 * * *' }]),
    ['spec', 'schedule'],
  ],
};

const yamlCases: Record<
  Extract<ProblemCode, `yaml.${string}`>,
  [text: string, line?: number]
> = {
  'yaml.syntax': ['apiVersion: x\nkind: [a, b\nmetadata: 1\n', 3],
  'yaml.duplicateKey': ['kind: a\nmetadata: 1\nkind: b\n', 3],
  'yaml.multipleDocuments': ['kind: a\n---\nkind: b\n', 2],
  'yaml.aliases': [
    [
      'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
      'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]',
      'd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]',
    ].join('\n'),
  ],
  'yaml.tag': ['kind: !python/object a\n', 1],
  'yaml.tooLarge': ['x'.repeat(MAX_YAML_LENGTH + 1)],
  'yaml.tooDeep': ['['.repeat(100_000), 1],
};

/** Whether everything on the way to a path is there; the last segment may be what is missing. */
function leadsSomewhere(document: unknown, path: Path): boolean {
  let place = document;
  for (const segment of path) {
    if (typeof place !== 'object' || place === null) {
      return false;
    }
    place = Object.hasOwn(place, segment)
      ? (place as Record<string | number, unknown>)[segment]
      : undefined;
  }
  return true;
}

describe('validatePipeline', () => {
  it('accepts a valid document and applies all defaults', () => {
    const { document, problems } = validatePipeline(sampleDocument(), context);
    expect(problems).toEqual([]);
    expect(document?.spec.nodes[2].parameters).toMatchObject({
      trees: 100,
      contamination: 0.01,
      threshold: null,
    });
    expect(document?.spec.compute).toEqual({
      cpu: 1,
      memoryMiB: 1024,
      replicas: 1,
    });
  });

  it('has a case for every code', () => {
    expect([...Object.keys(cases), ...Object.keys(yamlCases)].sort()).toEqual(
      [...PROBLEM_CODES].sort(),
    );
  });

  it.each(Object.entries(cases))('reports %s', (code, testCase) => {
    const [document, path, nodeId, ownContext = context] = testCase;
    const { problems } = validatePipeline(document, ownContext);
    const found = problems.filter(problem => problem.code === code);
    expect(problems.map(formatProblem).join('\n')).not.toMatch(
      /\{\{|undefined|\[object/,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      path,
      message: expect.stringMatching(/^\S.*\.$/),
      hint: expect.stringMatching(/^\S.*\.$/),
    });
    expect(found[0].node).toBe(nodeId);
    expect(found[0].parameter).toBe(
      path[3] === 'parameters' ? path[4] : undefined,
    );
  });

  it.each(Object.entries(yamlCases))('reports %s', (code, [text, line]) => {
    const { problems } = validatePipelineYaml(text, context);
    expect(problems[0]).toMatchObject({
      code,
      severity: 'error',
      message: expect.stringMatching(/^\S.*\.$/),
      hint: expect.stringMatching(/^\S.*\.$/),
    });
    expect(problems[0].line).toBe(line);
    expect(JSON.stringify(problems)).not.toMatch(/\{\{|undefined/);
  });

  it('takes a batch whose file comes with each run to where no files are', () => {
    const batch = (parameters: object) =>
      validatePipeline(
        changed(
          [node(0), { id: 'logs', type: 'csv-file', parameters }],
          [node(3, 'type'), 'scores-file'],
        ),
        cluster,
      );
    expect(batch({}).problems).toEqual([]);
    const [refused] = batch({ path: '/srv/rows.csv' }).problems;
    expect(refused).toMatchObject({
      code: 'target.hostFiles',
      hint: expect.stringMatching(/HTTP push, syslog or Kafka.*upload/),
    });
  });

  it('takes replicas that follow the load, and workers, where the target can', () => {
    const document = scaled({ maxReplicas: 4 }) as {
      spec: { compute: { workers?: number } };
    };
    document.spec.compute.workers = 8;
    document.spec = {
      ...document.spec,
      nodes: [
        { id: 'logs', type: 'http-push' },
        { id: 'features', type: 'log-features' },
        { id: 'model', type: 'isolation-forest' },
        { id: 'deploy', type: 'api-endpoint' },
      ],
    } as typeof document.spec;
    const result = validatePipeline(document, cluster);
    expect(result.problems).toEqual([]);
    expect(result.document?.spec.compute).toMatchObject({
      workers: 8,
      autoscaling: { maxReplicas: 4, targetCpuPercent: 70 },
    });
  });

  it('suggests what was probably meant', () => {
    const hints = [
      cases['node.unknownType'],
      cases['schema.unrecognized_keys'],
      cases['edge.unknownNode'],
      cases['edge.unknownOutput'],
      cases['target.unknown'],
      cases['secret.unknown'],
    ].map(([document]) => validatePipeline(document, context).problems[0].hint);
    expect(hints.map(hint => hint.split('?')[0])).toEqual([
      'Did you mean "isolation-forest"',
      'Did you mean "trees"',
      'Did you mean "logs"',
      'Did you mean "events"',
      'Did you mean "local"',
      'Did you mean "db-password"',
    ]);
  });

  it('reports what is wrong at different places at once, in the order of the document', () => {
    const { document, problems } = validatePipeline(
      changed(
        [['metadata', 'name'], 'Bad name'],
        [node(2, 'parameters'), { trees: 1 }],
        [['spec', 'edges', 0, 'from'], 'log.events'],
        [['spec', 'compute', 'cpu'], 8],
        [['spec', 'schedule'], { cron: 'x' }],
      ),
      context,
    );
    expect(document).toBeUndefined();
    expect(problems.map(problem => problem.code)).toEqual([
      'schema.format.name',
      'schema.too_small',
      'edge.unknownNode',
      'compute.cpu',
      'schedule.unused',
      'schedule.cron',
    ]);
  });

  it('says nothing about connections to a node that it cannot read', () => {
    const { problems } = validatePipeline(changed([node(1, 'id'), 7]), context);
    expect(problems.map(problem => problem.code)).toEqual(['schema.type.text']);
  });

  it('quotes no value of an environment variable', () => {
    const { problems } = validatePipeline(
      changed([
        ['spec', 'environment'],
        [
          { name: 'API_KEY', value: 'xyzzy\u0000' },
          { name: 'A', value: `xyzzy${'x'.repeat(40_000)}` },
        ],
      ]),
      context,
    );
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain('xyzzy');
  });

  it('takes any JSON, never throws, and points at places that exist', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), input => {
        const { document, problems } = validatePipeline(input, context);
        expect(document).toBeUndefined();
        expect(problems.length).toBeGreaterThan(0);
        for (const { path } of problems) {
          expect([path, leadsSomewhere(input, path)]).toEqual([path, true]);
        }
      }),
    );
  });

  it('takes a document with any JSON at any place of it', () => {
    const paths: Path[] = [];
    const collect = (value: unknown, path: Path) => {
      paths.push(path);
      if (typeof value === 'object' && value !== null) {
        for (const [key, child] of Object.entries(value)) {
          collect(child, [...path, Array.isArray(value) ? Number(key) : key]);
        }
      }
    };
    collect(validatePipeline(sampleDocument(), context).document, []);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths.filter(path => path.length > 0)),
        fc.jsonValue({ maxDepth: 3 }),
        (path, value) => {
          const input = changed([path, value]);
          const { document, problems } = validatePipeline(input, context);
          expect(document === undefined).toBe(
            problems.some(problem => problem.severity === 'error'),
          );
          for (const problem of problems) {
            expect([problem, leadsSomewhere(input, problem.path)]).toEqual([
              problem,
              true,
            ]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
