import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import {
  chainDocument,
  createBuiltinCatalogue,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import request from 'supertest';
import { parse } from 'yaml';
import { scaffolderModuleMlPipelines } from './module';
import { FakeMlPipelines } from './__testUtils__/FakeMlPipelines';
import { fakeMlPipelinesPlugin } from './__testUtils__/fakeMlPipelinesPlugin';

jest.setTimeout(30_000);

const templatesDir = resolve(__dirname, '../../../templates');

/** A template as the catalog holds it. */
function readTemplate(path: string): Entity {
  const file = resolve(templatesDir, path);
  const entity: Entity = parse(readFileSync(file, 'utf8'));
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': `file:${file}` },
    },
  };
}

const templates = parse(
  readFileSync(resolve(templatesDir, 'all.yaml'), 'utf8'),
).spec.targets.map(readTemplate) as Entity[];

interface Task {
  status: string;
  log: string[];
  output: {
    links?: Array<{ title: string; url?: string; entityRef?: string }>;
    text?: unknown[];
  };
  error?: { name: string; message: string };
}

interface TaskEvent {
  type: string;
  body: {
    message: string;
    output?: Task['output'];
    error?: Task['error'];
  };
}

const catalogue = createBuiltinCatalogue();

/** What the form of the anomaly template yields. */
const form = {
  name: 'ssh-anomalies',
  title: 'SSH anomalies',
  owner: 'group:default/security',
  target: 'local',
  source: { type: 'log-file-tail', parameters: { path: '/var/log/auth.log' } },
  features: { type: 'log-features', parameters: { windowSeconds: 30 } },
  normalisation: { type: 'normalisation', parameters: {} },
  model: { type: 'isolation-forest', parameters: { contamination: 0.02 } },
  deployment: { type: 'stream-alerting', parameters: {} },
  alerts: [
    { name: 'many-anomalies', metric: 'anomalies_per_minute', threshold: 20 },
  ],
  compute: { cpu: 2, memoryMiB: 2048, replicas: 1 },
};

describe('the templates, run by the scaffolder', () => {
  let fake: FakeMlPipelines;
  let server: Awaited<ReturnType<typeof startTestBackend>>['server'];

  beforeAll(async () => {
    const backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleMlPipelines,
        fakeMlPipelinesPlugin(() => fake, []),
        catalogServiceMock.factory({ entities: templates }),
        mockServices.rootConfig.factory({
          data: { app: { baseUrl: 'http://portal.example.com' } },
        }),
      ],
    });
    server = backend.server;
  });
  beforeEach(() => {
    fake = new FakeMlPipelines();
  });

  async function start(template: string, values: object): Promise<string> {
    const created = await request(server)
      .post('/api/scaffolder/v2/tasks')
      .send({ templateRef: `template:default/${template}`, values });
    expect({ status: created.status, body: created.body }).toMatchObject({
      status: 201,
    });
    return created.body.id;
  }

  /** The task's event stream, which the scaffolder closes when the task has ended. */
  async function finished(id: string): Promise<Task> {
    const stream = await request(server)
      .get(`/api/scaffolder/v2/tasks/${id}/eventstream`)
      .buffer(true)
      .parse((res, done) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('end', () => done(null, text));
      });
    const events = String(stream.body)
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(line => JSON.parse(line.slice('data: '.length)) as TaskEvent);
    const completion = events.find(event => event.type === 'completion');
    const { body } = await request(server).get(
      `/api/scaffolder/v2/tasks/${id}`,
    );
    return {
      status: body.status,
      log: events.map(event => event.body.message),
      output: completion?.body.output ?? {},
      error: completion?.body.error,
    };
  }

  it('deploys what the anomaly form describes', async () => {
    const task = await finished(await start('anomaly-detection-on-logs', form));

    expect(task.error).toBeUndefined();
    expect(task.status).toBe('completed');
    const [saved] = fake.revisions.get('ssh-anomalies') ?? [];
    const { document, problems } = fake.validate(saved);
    expect(problems).toEqual([]);
    expect(document).toMatchObject({
      metadata: { title: 'SSH anomalies', owner: 'group:default/security' },
      spec: {
        target: 'local',
        compute: { cpu: 2, memoryMiB: 2048 },
        alerts: [{ name: 'many-anomalies', threshold: 20 }],
        environment: [],
        secrets: [],
      },
    });
    // What the form checks while it is filled in is what is deployed.
    const chain = [
      'source',
      'features',
      'normalisation',
      'model',
      'deployment',
    ];
    expect(
      fake.validate(chainDocument(form, chain, catalogue)).document,
    ).toEqual({ ...document, metadata: { ...document?.metadata, tags: [] } });
    expect(document?.spec.nodes.map(({ id, type }) => [id, type])).toEqual([
      ['source', 'log-file-tail'],
      ['features', 'log-features'],
      ['normalisation', 'normalisation'],
      ['model', 'isolation-forest'],
      ['deployment', 'stream-alerting'],
    ]);
    const [{ deployment }] = fake.deployments.values();
    expect(task.output.links).toEqual([
      {
        title: 'Pipeline',
        icon: 'catalog',
        entityRef: 'component:default/ssh-anomalies',
      },
      {
        title: 'Deployment',
        icon: 'kind:component',
        url: `/catalog/default/component/ssh-anomalies/deployments?deployment=${deployment.id}`,
      },
      expect.objectContaining({
        title: 'Endpoint',
        url: 'http://127.0.0.1:8300',
      }),
    ]);
    expect(task.output.text).toEqual([]);
    expect(task.log).toContainEqual(
      expect.stringContaining('[executor] entered verifying'),
    );
    expect(fake.drafts.size).toBe(0);
  });

  it('deploys what the form for a file describes, and scores the file', async () => {
    const { alerts: _alerts, ...rest } = form;
    const batch = {
      ...rest,
      name: 'nightly',
      deployment: { type: 'scores-file', parameters: {} },
      runNow: true,
      scheduled: true,
      schedule: { cron: '30 6 * * 1-5', timezone: 'Europe/Paris' },
    };
    const task = await finished(await start('score-a-csv-file', batch));
    expect(task.error).toBeUndefined();
    const [saved] = fake.revisions.get('nightly') ?? [];
    const { document, problems } = fake.validate(saved);
    expect(problems).toEqual([]);
    expect(document?.spec.schedule).toEqual(batch.schedule);
    const [run] = fake.runs.all.values();
    expect(run).toMatchObject({ pipeline: 'nightly', kind: 'batch' });
    expect(task.output.links).toContainEqual(
      expect.objectContaining({
        title: 'Run with the scores',
        url: `/catalog/default/component/nightly/runs/${run.id}`,
      }),
    );

    // The schedule that was filled in, and switched off again.
    const once = { ...batch, name: 'once', runNow: false, scheduled: false };
    const quiet = await finished(await start('score-a-csv-file', once));
    expect(quiet.error).toBeUndefined();
    const [unscheduled] = fake.revisions.get('once') ?? [];
    expect(fake.validate(unscheduled).document?.spec.schedule).toBeUndefined();
    expect(fake.runs.all.size).toBe(1);
    expect(quiet.output.links?.map(link => link.title)).toEqual([
      'Pipeline',
      'Deployment',
    ]);
  });

  it('says in the output that an approval is waited for', async () => {
    fake.path = ['planned', 'awaiting_approval'];
    const task = await finished(await start('anomaly-detection-on-logs', form));
    expect(task.status).toBe('completed');
    expect(task.output.links?.map(link => link.title)).toEqual([
      'Pipeline',
      'Deployment',
    ]);
    expect(task.output.text).toHaveLength(1);
  });

  it('takes the other kinds of source and use, environment and secrets', async () => {
    const task = await finished(
      await start('anomaly-detection-on-logs', {
        ...form,
        description: 'Watches {{ logins }} and ${{ parameters.name }}',
        source: { type: 'http-push', parameters: {} },
        deployment: { type: 'api-endpoint', parameters: { port: null } },
        environment: {
          environment: [{ name: 'LOG_LEVEL', value: 'info' }],
          secrets: [{ env: 'SIEM_TOKEN', name: 'siem-token' }],
        },
      }),
    );
    expect(task.error).toBeUndefined();
    const [saved] = fake.revisions.get('ssh-anomalies') ?? [];
    expect(pipelineDocumentSchema.parse(saved)).toMatchObject({
      metadata: {
        description: 'Watches {{ logins }} and ${{ parameters.name }}',
      },
      spec: {
        environment: [{ name: 'LOG_LEVEL', value: 'info' }],
        secrets: [{ env: 'SIEM_TOKEN', name: 'siem-token' }],
      },
    });
  });

  it('fails readably on what only the backend knows, and keeps the form', async () => {
    const id = await start('anomaly-detection-on-logs', {
      ...form,
      target: 'moon',
      model: { type: 'isolation-forest', parameters: { trees: 5 } },
    });
    const task = await finished(id);

    expect(task.status).toBe('failed');
    const [draft] = fake.drafts.values();
    expect(task.error?.message).toMatch(/^The pipeline has 2 problems:\n/);
    expect(task.error?.message).toContain(
      `Correct and resume: http://portal.example.com/ml-pipelines/drafts/${draft.id}`,
    );
    expect(draft).toMatchObject({
      templateRef: 'template:default/anomaly-detection-on-logs',
      form: { target: 'moon', model: { parameters: { trees: 5 } } },
    });

    const resumed = await finished(
      await start('anomaly-detection-on-logs', { ...form, draftId: draft.id }),
    );
    expect(resumed.error).toBeUndefined();
    expect(fake.drafts.size).toBe(0);
  });

  it('rehearses the anomaly template without side effects', async () => {
    const template = templates.find(
      t => t.metadata.name === 'anomaly-detection-on-logs',
    );
    const dryRun = await request(server)
      .post('/api/scaffolder/v2/dry-run')
      .send({
        template,
        values: form,
        directoryContents: [],
      });
    expect(dryRun.status).toBe(200);
    const log = dryRun.body.log
      .map((e: TaskEvent) => e.body.message)
      .join('\n');
    expect(log).toContain('The pipeline is valid.');
    expect(log).toContain(
      'would save the pipeline "ssh-anomalies" as revision 1',
    );
    expect(log).toContain('would deploy the pipeline "ssh-anomalies"');
    expect(fake.revisions.size + fake.deployments.size).toBe(0);
    expect(fake.drafts.size).toBe(0);
  });

  it('registers a cluster, with what the form holds and nothing of its credentials', async () => {
    const task = await finished(
      await start('register-kubernetes-cluster', {
        name: 'edge',
        owner: 'group:default/platform',
        namespace: { name: 'ml-pipelines', create: true, quota: { pods: 20 } },
        exposure: { type: 'Ingress', host: '{pipeline}.apps.example.com' },
        storage: { sizeGiB: 10 },
        monitoring: { enabled: 'auto', labels: { release: 'prometheus' } },
        connection: {
          method: 'address',
          config: { apiServer: 'https://k3s.example.com:6443' },
          credentials: { target: 'edge', version: 1 },
        },
        evenIfUnusable: false,
      }),
    );
    expect(task.error).toBeUndefined();
    expect(fake.targets.get('edge')).toMatchObject({
      kind: 'kubernetes',
      owner: 'group:default/platform',
      config: {
        apiServer: 'https://k3s.example.com:6443',
        namespace: { name: 'ml-pipelines', create: true, quota: { pods: 20 } },
        exposure: { type: 'Ingress', host: '{pipeline}.apps.example.com' },
        storage: { sizeGiB: 10 },
        monitoring: { enabled: 'auto', labels: { release: 'prometheus' } },
      },
    });
    expect(Object.keys(fake.targets.get('edge') as object).sort()).toEqual([
      'approval',
      'concurrency',
      'config',
      'kind',
      'owner',
    ]);
    expect(task.output.links).toEqual([
      expect.objectContaining({ url: '/ml-pipelines/targets/edge' }),
      expect.objectContaining({ entityRef: 'resource:default/edge' }),
    ]);
  });

  it('saves a pipeline from YAML, with or without deploying it, and removes it', async () => {
    const yaml = readFileSync(
      resolve(__dirname, '../../../examples/pipelines/ssh-anomalies.yaml'),
      'utf8',
    );
    const saved = await finished(
      await start('deploy-pipeline-from-yaml', { yaml, deploy: false }),
    );
    expect(saved.error).toBeUndefined();
    expect(saved.output.links?.map(link => link.title)).toEqual(['Pipeline']);
    expect(fake.deployments.size).toBe(0);

    const deployed = await finished(
      await start('deploy-pipeline-from-yaml', { yaml, deploy: true }),
    );
    expect(deployed.output.links?.map(link => link.title)).toEqual([
      'Pipeline',
      'Deployment',
      'Endpoint',
    ]);
    expect(fake.revisions.get('ssh-anomalies')).toHaveLength(1);

    const refused = await finished(
      await start('remove-pipeline', {
        pipeline: 'ssh-anomalies',
        confirmation: 'no',
      }),
    );
    expect(refused.error?.message).toMatch(/confirmation says "no"/);
    const removed = await finished(
      await start('remove-pipeline', {
        pipeline: 'ssh-anomalies',
        confirmation: 'ssh-anomalies',
        deletePipeline: true,
        keepData: false,
      }),
    );
    expect(removed.error).toBeUndefined();
    expect(removed.output.links).toEqual([
      expect.objectContaining({ url: '/ml-pipelines' }),
    ]);
    expect(fake.revisions.size).toBe(0);
  });

  it('cancels the deployment of a task that is cancelled', async () => {
    fake.path = Array.from({ length: 10_000 }, () => 'applying' as const);
    const id = await start('anomaly-detection-on-logs', form);
    for (;;) {
      const [stored] = fake.deployments.values();
      if (stored?.deployment.state === 'applying') {
        break;
      }
      await new Promise(done => setTimeout(done, 10));
    }
    await request(server).post(`/api/scaffolder/v2/tasks/${id}/cancel`);
    for (;;) {
      const [{ deployment }] = fake.deployments.values();
      if (deployment.state === 'cancelled') {
        break;
      }
      await new Promise(done => setTimeout(done, 10));
    }
    const { body } = await request(server).get(
      `/api/scaffolder/v2/tasks/${id}`,
    );
    expect(body.status).not.toBe('completed');
  });
});
