import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { mockServices } from '@backstage/backend-test-utils';
import {
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import { HostAgent } from './client/HostAgent';
import { findPython, LocalConfig } from './config';
import { LocalDriver } from './LocalDriver';
import { TerraformFolder } from './testing/terraform';
import { testPipeline } from './testing/testPipeline';

const sampleLog = resolve(__dirname, '../../../examples/logs/sshd-sample.log');
const target = { name: 'local', config: {} };
const workload = { pipeline: 'ssh-anomalies', target };

// Runs are those of the real runtime.
jest.setTimeout(180_000);

describe('LocalDriver with a batch pipeline, the real agent and runtime', () => {
  let config: LocalConfig;
  let terraform: TerraformFolder;

  beforeEach(async () => {
    config = {
      enabled: true,
      dataDir: await mkdtemp('/tmp/mlb-'),
      pythonPath: findPython(__dirname),
      host: '127.0.0.1',
      portRange: '24000-24999',
    };
    terraform = new TerraformFolder(await mkdtemp(join(tmpdir(), 'mlb-tf-')));
  });
  afterEach(async () => {
    await rm(config.dataDir, { recursive: true, force: true });
    await rm(terraform.path, { recursive: true });
  });

  // A driver of its own each time: answers of the agent are used again for a while.
  const driver = () =>
    new LocalDriver({ config, logger: mockServices.logger.mock() });

  function batch(path: string): PipelineDocument {
    const document = testPipeline({ path });
    const nodes = document.spec.nodes.map(node =>
      node.id === 'deploy'
        ? { id: 'deploy', type: 'scores-file', parameters: {} }
        : node,
    );
    return pipelineDocumentSchema.parse({
      ...document,
      spec: { ...document.spec, nodes },
    });
  }

  async function apply(path: string, release: string) {
    const request = {
      ...workload,
      revision: 1,
      document: batch(path),
      release,
      force: false,
    };
    const facts = await driver().gatherFacts(request);
    const stack = synthesizeStack({
      name: 'ssh-anomalies',
      build: scope => driver().buildPipelineStack(scope, { ...request, facts }),
    });
    expect(stack).not.toHaveProperty('output.endpoint');
    await terraform.write(stack);
    return terraform.apply();
  }

  it('holds it ready without process and endpoint, executes its runs, and leaves nothing', async () => {
    const refused = await apply('/none/auth.log', 'zero');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('does not exist');
    const applied = await apply(sampleLog, 'one');
    expect([applied.code, applied.code === 0 ? '' : applied.output]).toEqual([
      0,
      '',
    ]);
    expect(await driver().observe(workload)).toEqual({
      phase: 'running',
      reason: 'Ready for runs.',
      revision: 1,
      release: 'one',
      replicas: { wanted: 0, ready: 0, items: [] },
      conditions: [],
      observedAt: expect.any(String),
    });
    await expect(driver().fetch(workload, '/v2')).rejects.toThrow(
      'has no endpoint',
    );
    // The same again plans no change, also after the machine was down.
    await new HostAgent({
      pythonPath: config.pythonPath,
      root: config.dataDir,
    }).up();
    await apply(sampleLog, 'two');
    expect(await driver().observe(workload)).toMatchObject({ release: 'one' });

    const run = { ...workload, run: 'run-1' };
    await driver().startRun({
      ...run,
      kind: 'batch',
      revision: 1,
      document: batch(sampleLog),
      secrets: { environment: { TOKEN: 'secret' }, apiKeysSha256: [] },
    });
    let observation = await driver().observeRun(run);
    while (observation.state === 'running') {
      observation = await driver().observeRun(run);
    }
    expect(observation).toMatchObject({
      state: 'succeeded',
      metrics: { events: 3000 },
      progress: { unit: 'bytes' },
      model: '1',
    });
    const lines = [];
    for await (const line of driver().runLogs(run, {})) {
      lines.push(line);
    }
    expect(lines.map(line => line.message)).toEqual(
      expect.arrayContaining(['Model trained', 'Scored']),
    );
    const rest = [];
    for await (const line of driver().runLogs(run, {
      after: lines[0].cursor,
    })) {
      rest.push(line);
    }
    expect(rest).toEqual(lines.slice(1));

    const files = await driver().collectRun(run);
    expect(files.map(({ name }) => name)).toEqual([
      'report.json',
      'scores.csv',
    ]);
    const scores = await text(await files[1].open());
    expect(scores.split('\r\n')).toHaveLength(3002);
    // A link that takes the place of a file shows nothing of the portal's.
    const output = join(
      config.dataDir,
      'pipelines/ssh-anomalies/runs/run-1/work/output',
    );
    await rm(join(output, 'scores.csv'));
    await symlink('/etc/passwd', join(output, 'scores.csv'));
    await expect(files[1].open()).rejects.toThrow();
    expect((await driver().collectRun(run)).map(({ name }) => name)).toEqual([
      'report.json',
    ]);
    await driver().removeRun(run);
    expect(await driver().observeRun(run)).toMatchObject({ state: 'absent' });

    expect(await terraform.destroy()).toMatchObject({ code: 0 });
    expect(await driver().observe(workload)).toMatchObject({ phase: 'absent' });
    await expect(
      readFile(join(config.dataDir, 'pipelines/ssh-anomalies/active')),
    ).rejects.toThrow('ENOENT');
  });

  it('says why a run failed, with the node', async () => {
    const path = join(terraform.path, 'few.log');
    await writeFile(path, 'one line\n');
    const run = { ...workload, run: 'run-1' };
    await driver().startRun({
      ...run,
      kind: 'batch',
      revision: 1,
      document: batch(path),
      secrets: { environment: {}, apiKeysSha256: [] },
    });
    let observation = await driver().observeRun(run);
    while (observation.state === 'running') {
      observation = await driver().observeRun(run);
    }
    expect(observation).toMatchObject({
      state: 'failed',
      failure: {
        code: 'runtime.too-few-events',
        node: 'model',
        hint: expect.any(String),
      },
    });
    await driver().removeRun(run);
  });
});
