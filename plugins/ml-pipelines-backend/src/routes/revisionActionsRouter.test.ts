import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  Deployment,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { streamDocument } from '../__testUtils__/documents';
import { eventually } from '../__testUtils__/eventually';
import {
  startTestPlugin,
  TestPluginOptions,
} from '../__testUtils__/startTestPlugin';

jest.setTimeout(60_000);

const run = promisify(execFile);

const TWO_TARGETS = [
  { name: 'here', kind: 'fake' },
  { name: 'there', kind: 'fake' },
];

async function setup(options: TestPluginOptions = {}) {
  const plugin = await startTestPlugin({ targets: TWO_TARGETS, ...options });
  await plugin.put('/secrets/mail-token', { value: 'hush-hush' }).expect(200);
  await plugin
    .put('/pipelines/ssh', {
      document: streamDocument('ssh', {
        metadata: { title: 'SSH', lifecycle: 'development' },
        spec: { secrets: [{ env: 'TOKEN', name: 'mail-token' }] },
      }),
    })
    .expect(201);
  plugin.driver.endpoints.set('ssh', path =>
    path === '/openapi.json'
      ? Response.json({ openapi: '3.1.0' })
      : Response.json({ outputs: [] }),
  );
  return plugin;
}

type Plugin = Awaited<ReturnType<typeof setup>>;

async function ended(plugin: Plugin, id: string): Promise<Deployment> {
  return eventually(`the end of deployment ${id}`, async () => {
    const { body } = await plugin.get(`/deployments/${id}`);
    return isTerminalState(body.state) && body;
  });
}

async function deploy(plugin: Plugin) {
  const { body } = await plugin
    .post('/pipelines/ssh/deployments', {})
    .expect(202);
  expect(await ended(plugin, body.id)).toMatchObject({ state: 'succeeded' });
}

describe('duplicate', () => {
  it('makes a pipeline of its own that says where it came from', async () => {
    const plugin = await setup();
    const { body } = await plugin
      .post('/pipelines/ssh/duplicate', { name: 'copy', title: 'Copy' })
      .expect(201);
    expect(body).toMatchObject({
      revision: 1,
      pipeline: {
        name: 'copy',
        title: 'Copy',
        lifecycle: 'development',
        status: 'draft',
      },
    });
    const revisions = await plugin.get('/pipelines/copy/revisions');
    expect(revisions.body.items).toMatchObject([
      {
        comment: 'Copy of ssh@1',
        origin: { kind: 'duplicate', pipeline: 'ssh', revision: 1 },
        createdBy: 'user:default/mock',
      },
    ]);
    expect(plugin.audit).toContainEqual({
      eventId: 'pipeline-duplicate',
      outcome: 'success',
      meta: { pipeline: 'ssh', copy: 'copy' },
    });
  });

  it('refuses names that are taken or wrong, and offers another', async () => {
    const plugin = await setup();
    await plugin
      .post('/pipelines/ssh/duplicate', { name: 'ssh-2' })
      .expect(201);
    const taken = await plugin
      .post('/pipelines/ssh/duplicate', { name: 'ssh' })
      .expect(409);
    expect(taken.body.error.message).toBe(
      'The name "ssh" is taken. Choose another one, such as "ssh-3".',
    );
    await plugin
      .post('/pipelines/ssh/duplicate', { name: 'Not a name' })
      .expect(400);
    await plugin
      .post('/pipelines/ssh/duplicate', { name: 'x', revision: 9 })
      .expect(404);
    await plugin.post('/pipelines/nope/duplicate', { name: 'x' }).expect(404);
  });
});

describe('promote', () => {
  it('brings the graph to a pipeline that keeps what is its own', async () => {
    const plugin = await setup();
    await plugin.put('/secrets/prod-token', { value: 'x' }).expect(200);
    await plugin
      .put('/pipelines/prod', {
        document: streamDocument('prod', {
          metadata: { lifecycle: 'production' },
          spec: {
            target: 'there',
            compute: { cpu: 2 },
            secrets: [{ env: 'TOKEN', name: 'prod-token' }],
          },
        }),
      })
      .expect(201);
    const edited = streamDocument('ssh', {
      spec: { objectives: { latencyP95Ms: 50 } },
    });
    await plugin.put('/pipelines/ssh', { document: edited }).expect(200);
    const { body } = await plugin
      .post('/pipelines/ssh/promote', { to: 'prod', comment: 'release 7' })
      .expect(200);
    expect(body).toMatchObject({
      revision: 2,
      changed: true,
      pipeline: {
        lifecycle: 'production',
        document: {
          spec: {
            target: 'there',
            compute: { cpu: 2 },
            objectives: { latencyP95Ms: 50 },
            secrets: [{ name: 'prod-token' }],
          },
        },
      },
    });
    const newest = await plugin.get('/pipelines/prod/revisions/2');
    expect(newest.body).toMatchObject({
      comment: 'Promoted from ssh@2: release 7',
      origin: { kind: 'promote', pipeline: 'ssh', revision: 2 },
    });
    // Again, nothing changes.
    await plugin
      .post('/pipelines/ssh/promote', { to: 'prod' })
      .expect(200)
      .expect(({ body: again }) => expect(again.changed).toBe(false));
    await plugin
      .post('/pipelines/ssh/promote', { to: 'prod', target: 'here' })
      .expect(400);
  });

  it('makes a new pipeline', async () => {
    const plugin = await setup();
    const { body } = await plugin
      .post('/pipelines/ssh/promote', {
        to: 'prod',
        target: 'there',
        lifecycle: 'production',
      })
      .expect(201);
    expect(body.pipeline).toMatchObject({
      name: 'prod',
      target: 'there',
      lifecycle: 'production',
    });
    await plugin.post('/pipelines/ssh/promote', { to: 'ssh' }).expect(400);
  });

  it('asks for the right to change the receiver', async () => {
    const plugin = await setup({
      policy: ({ name }) =>
        name === 'ml-pipelines.pipeline.update'
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    await plugin
      .put('/pipelines/prod', { document: streamDocument('prod') })
      .expect(201);
    await plugin.post('/pipelines/ssh/promote', { to: 'prod' }).expect(403);
  });
});

describe('move', () => {
  it('brings a pipeline to another target and takes it off the first one', async () => {
    const plugin = await setup();
    await deploy(plugin);
    plugin.driver.statuses.set('here/ssh', { phase: 'absent' });
    const { body } = await plugin
      .post('/pipelines/ssh/move', { target: 'there' })
      .expect(202);
    expect(body).toMatchObject({
      action: 'deploy',
      target: 'there',
      revision: 2,
      movesFrom: 'here',
    });
    expect(await ended(plugin, body.id)).toMatchObject({ state: 'succeeded' });
    const removal = await eventually('the removal', async () => {
      const list = await plugin.get('/pipelines/ssh/deployments');
      return list.body.items.find((d: Deployment) => d.after === body.id);
    });
    expect(await ended(plugin, removal.id)).toMatchObject({
      state: 'succeeded',
      target: 'here',
    });
    const pipeline = await plugin.get('/pipelines/ssh');
    expect(pipeline.body).toMatchObject({
      target: 'there',
      deployedTarget: 'there',
      deployedRevision: 2,
      leftovers: [],
    });
    await plugin.post('/pipelines/ssh/move', { target: 'there' }).expect(409);
  });

  it('shows what is left on the old target', async () => {
    const plugin = await setup();
    await deploy(plugin);
    plugin.driver.takeBackSecrets = async () => {
      throw new Error('does not answer');
    };
    plugin.driver.statuses.set('here/ssh', { phase: 'absent' });
    const { body } = await plugin
      .post('/pipelines/ssh/move', { target: 'there' })
      .expect(202);
    await ended(plugin, body.id);
    await eventually('the failed removal', async () => {
      const list = await plugin.get('/pipelines/ssh/deployments');
      return list.body.items.find(
        (d: Deployment) => d.after === body.id && d.state === 'failed',
      );
    });
    // Its state is gone once Terraform has destroyed it; secrets are what is left.
    const { body: pipeline } = await plugin.get('/pipelines/ssh');
    expect(pipeline).toMatchObject({
      deployedTarget: 'there',
      status: 'running',
      leftovers: ['here'],
    });
    plugin.driver.takeBackSecrets = async () => {};
    const again = await plugin
      .post('/pipelines/ssh/deployments', { action: 'destroy', target: 'here' })
      .expect(202);
    expect(await ended(plugin, again.body.id)).toMatchObject({
      state: 'succeeded',
    });
    const after = await plugin.get('/pipelines/ssh');
    expect(after.body.leftovers).toEqual([]);
  });

  it('saves nothing that the target cannot run, or that does not exist', async () => {
    const plugin = await setup();
    await deploy(plugin);
    await plugin.post('/pipelines/ssh/move', { target: 'nope' }).expect(404);
    await plugin.post('/pipelines/ssh/move', {}).expect(400);
    Object.assign(plugin.driver, { placeOf: () => 'one' });
    await plugin.post('/pipelines/ssh/move', { target: 'there' }).expect(409);
    const { body } = await plugin.get('/pipelines/ssh/revisions');
    expect(body.items).toHaveLength(1);
  });

  it('refuses a target that lacks what the pipeline needs, with all problems', async () => {
    const driver = new FakeTargetDriver();
    Object.assign(driver, {
      capabilities: async ({ name }: { name: string }) => ({
        ...driver.can,
        stream: name !== 'there',
      }),
    });
    const plugin = await setup({ driver });
    const { body } = await plugin
      .post('/pipelines/ssh/move', { target: 'there' })
      .expect(400);
    expect(body.error.problems).toMatchObject([
      { severity: 'error', code: expect.stringMatching(/^target\./) },
    ]);
    const revisions = await plugin.get('/pipelines/ssh/revisions');
    expect(revisions.body.items).toHaveLength(1);
  });
});

describe('export', () => {
  it('gives YAML that makes the same revision', async () => {
    const plugin = await setup();
    const { text, headers } = await plugin
      .get('/pipelines/ssh/revisions/1/export?format=yaml')
      .expect(200);
    expect(headers['content-disposition']).toBe(
      'attachment; filename="ssh-r1.yaml"',
    );
    expect(text).toContain('lifecycle: development');
    await plugin.post('/validate', { yaml: text }).expect(200);
    await plugin.get('/pipelines/ssh/revisions/1/export').expect(400);
    await plugin
      .get('/pipelines/ssh/revisions/7/export?format=yaml')
      .expect(404);
  });

  it('gives a directory that a real Terraform plans, without secrets or the portal', async () => {
    const plugin = await setup();
    await deploy(plugin);
    const { body, headers } = await plugin
      .get('/pipelines/ssh/revisions/1/export?format=terraform')
      .buffer(true)
      .parse((res, done) => {
        const chunks: Buffer[] = [];
        res.on('data', chunk => chunks.push(chunk));
        res.on('end', () => done(null, Buffer.concat(chunks)));
      })
      .expect(200);
    expect(headers['content-disposition']).toBe(
      'attachment; filename="ssh-r1-terraform.tar.gz"',
    );
    const folder = await mkdtemp(join(tmpdir(), 'terraform-export-'));
    try {
      await writeFile(join(folder, 'export.tar.gz'), body);
      await run('tar', ['xzf', 'export.tar.gz'], { cwd: folder });
      const cwd = join(folder, 'ssh-r1');
      expect((await readdir(cwd)).sort()).toEqual([
        'README.md',
        'main.tf.json',
        'pipeline.yaml',
      ]);
      const contents = await Promise.all(
        ['README.md', 'main.tf.json', 'pipeline.yaml'].map(name =>
          readFile(join(cwd, name), 'utf8'),
        ),
      );
      const [readme, stack] = contents;
      expect(readme).toContain('terraform apply');
      expect(readme).toContain('| `TOKEN` | `mail-token` |');
      expect(contents.join()).not.toContain('hush-hush');
      expect(stack).not.toMatch(
        /backend|tfstate|"http"|"\/\/"|terraform\/state/,
      );
      const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
      await run('terraform', ['init', '-input=false'], { cwd, env });
      const plan = await run(
        'terraform',
        ['plan', '-input=false', '-no-color'],
        { cwd, env },
      );
      expect(plan.stdout).toContain('Plan: 1 to add');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('forget', () => {
  const request = { confirm: 'ssh', reason: 'The machine burnt down.' };

  it('deletes all that is known of a pipeline whose target is gone', async () => {
    const plugin = await setup();
    await deploy(plugin);
    plugin.driver.beforeCheck = async () => {
      throw new Error('no route to host');
    };
    await plugin.post('/pipelines/ssh/forget', request).expect(204);
    await plugin.get('/pipelines/ssh').expect(404);
    expect(plugin.audit).toContainEqual({
      eventId: 'pipeline-forget',
      outcome: 'success',
      meta: {
        pipeline: 'ssh',
        reason: request.reason,
        targets: 'here',
      },
    });
    expect(plugin.events).toContainEqual(
      expect.objectContaining({ type: 'pipeline-deleted', name: 'ssh' }),
    );
    // The next one of its name begins from nothing.
    await plugin
      .put('/pipelines/ssh', { document: streamDocument('ssh') })
      .expect(201);
    const { body } = await plugin.get('/pipelines/ssh');
    expect(body).toMatchObject({ revision: 1, leftovers: [] });
    expect((await plugin.get('/pipelines/ssh/deployments')).body.items).toEqual(
      [],
    );
    plugin.driver.beforeCheck = async () => {};
    plugin.driver.secrets.clear();
    const again = await plugin
      .post('/pipelines/ssh/deployments', {})
      .expect(202);
    expect(await ended(plugin, again.body.id)).toMatchObject({
      state: 'succeeded',
      plan: { add: 1, stateSerial: 0 },
    });
  });

  it('is refused where removing is the way', async () => {
    const plugin = await setup();
    const nothing = await plugin
      .post('/pipelines/ssh/forget', request)
      .expect(409);
    expect(nothing.body.error.message).toContain('Delete it instead');
    await deploy(plugin);
    const answers = await plugin
      .post('/pipelines/ssh/forget', request)
      .expect(409);
    expect(answers.body.error.message).toContain('Target "here" answers');
    await plugin
      .post('/pipelines/ssh/forget', { ...request, confirm: 'other' })
      .expect(400);
    await plugin
      .post('/pipelines/ssh/forget', { ...request, reason: '' })
      .expect(400);
    await plugin
      .post('/pipelines/nope/forget', { ...request, confirm: 'nope' })
      .expect(404);
    await plugin.get('/pipelines/ssh').expect(200);
  });

  it('needs the right to delete and that to manage Terraform state', async () => {
    for (const denied of [
      'ml-pipelines.pipeline.delete',
      'ml-pipelines.terraform-state.manage',
    ]) {
      const plugin = await setup({
        policy: ({ name }) =>
          name === denied ? { result: AuthorizeResult.DENY } : undefined,
      });
      await plugin.post('/pipelines/ssh/forget', request).expect(403);
    }
  });
});
