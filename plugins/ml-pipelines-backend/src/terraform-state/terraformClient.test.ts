import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import {
  DetachedTerraformRunner,
  TerraformEvent,
  TerraformWorkspace,
} from '@mlpipe/terraform-runner';
import express, { RequestHandler } from 'express';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encryption } from '../encryption/Encryption';
import { createTerraformStateRouter } from './createTerraformStateRouter';
import { DatabaseTerraformStateStore } from './DatabaseTerraformStateStore';
import { saveErroredState } from './saveErroredState';
import { terraformHttpEnv } from './terraformHttpEnv';
import { FakeAttemptGuard, terraformStateMigration } from './testing';

jest.setTimeout(120_000);

const STACK = 'pipeline-churn-local';

/** Holds the lock until the file `go` appears. */
const WAITING = `
terraform {
  backend "http" {}
}
resource "terraform_data" "release" {
  input = "v1"
  provisioner "local-exec" {
    command = "touch began; while [ ! -e go ]; do sleep 0.05; done"
  }
}
`;

async function eventually(what: string, check: () => Promise<boolean>) {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited in vain for ${what}`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The real client against the real server. */
describe('Terraform with the state backend', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const guard = new FakeAttemptGuard();
  const runner = new DetachedTerraformRunner();
  const workDirs: string[] = [];
  let store: DatabaseTerraformStateStore;
  let server: Server;
  let port = 0;

  async function listen(...before: RequestHandler[]) {
    const logger = mockServices.logger.mock();
    const middleware = MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger,
    });
    const app = express();
    if (before.length > 0) {
      app.use(before);
    }
    const auditor = mockServices.auditor.mock({
      createEvent: async () => ({
        success: async () => {},
        fail: async () => {},
      }),
    });
    app.use(
      '/api/ml-pipelines',
      createTerraformStateRouter({ store, logger, auditor }),
    );
    app.use(middleware.error());
    server = createServer(app).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function close() {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  beforeEach(async () => {
    const knex = await databases.init('SQLITE_3');
    await terraformStateMigration().up(knex);
    store = DatabaseTerraformStateStore.create({
      knex,
      encryption: Encryption.fromKeys([randomBytes(32).toString('base64')]),
      guard,
    });
    port = 0;
    await listen();
  });

  afterEach(async () => {
    if (server.listening) {
      await close();
    }
    await Promise.all(
      workDirs.splice(0).map(async workDir => {
        // Nothing is left running when a test failed halfway.
        await (await runner.adopt(workDir))?.abort({ graceMs: 0 });
        await rm(workDir, { recursive: true, force: true });
      }),
    );
  });

  async function attempt(
    attemptId: string,
    overrides: Record<string, string> = {},
    configuration = WAITING,
  ) {
    const workDir = await mkdtemp(join(tmpdir(), 'terraform-state-'));
    workDirs.push(workDir);
    await writeFile(join(workDir, 'main.tf'), configuration);
    const token = await store.issueToken({ stackId: STACK, attemptId });
    const events: TerraformEvent[] = [];
    const workspace = new TerraformWorkspace({
      runner,
      workDir,
      env: {
        ...terraformHttpEnv({
          baseUrl: `http://127.0.0.1:${port}/api/ml-pipelines`,
          stackId: STACK,
          attemptId,
          token,
        }),
        ...overrides,
      },
      onEvent: event => {
        events.push(event);
      },
    });
    await workspace.init();
    return { workDir, workspace, events, token };
  }

  it('applies, names the holder to a second client, and destroys', async () => {
    const first = await attempt('attempt-1');
    const second = await attempt('attempt-2');
    await first.workspace.plan();
    const applying = first.workspace.apply();
    await eventually('the apply', () => exists(join(first.workDir, 'began')));

    const holder = await store.lockInfo(STACK);
    expect(holder).toMatchObject({
      attemptId: 'attempt-1',
      info: { Operation: 'OperationTypeApply' },
    });
    const refusal = await second.workspace.plan().catch(e => e);
    expect(refusal.message).toContain('Error acquiring the state lock');
    expect(refusal.message).toContain(holder!.lockId);

    // Breaking the lock from the command line is not how it is done.
    const broken = await second.workspace
      .forceUnlock(holder!.lockId)
      .catch(e => e);
    expect(broken.message).toMatch(/force-unlock failed.*403/s);
    expect(await store.lockInfo(STACK)).toEqual(holder);

    await writeFile(join(first.workDir, 'go'), '');
    await applying;
    expect(await store.lockInfo(STACK)).toBeUndefined();
    expect(await second.workspace.plan()).toMatchObject({ hasChanges: false });

    await second.workspace.destroy();
    const state = await store.read(STACK);
    expect(JSON.parse(state!.content.toString()).resources).toEqual([]);
    expect(state!.version.attemptId).toBe('attempt-2');
    const serials = (await store.versions(STACK)).map(v => v.serial);
    expect(serials.length).toBeGreaterThanOrEqual(2);
    expect(await store.lockInfo(STACK)).toBeUndefined();
  });

  it('survives a restart of the server in the middle of an apply', async () => {
    const { workDir, workspace, events } = await attempt('attempt-3');
    await workspace.plan();
    const applying = workspace.apply();
    await eventually('the apply', () => exists(join(workDir, 'began')));
    await close();

    let refused = 0;
    const nobody = createTcpServer(socket => {
      refused += 1;
      socket.destroy();
    }).listen(port, '127.0.0.1');
    await once(nobody, 'listening');
    await writeFile(join(workDir, 'go'), '');
    await eventually('a request into the void', async () => refused > 0);
    nobody.close();
    await once(nobody, 'close');
    await listen();

    await applying;
    expect(events.map(({ type }) => type)).toContain('apply_complete');
    expect(await store.latest(STACK)).toMatchObject({ attemptId: 'attempt-3' });
    expect(await store.lockInfo(STACK)).toBeUndefined();
  });

  it('survives answers that are lost after the work was done', async () => {
    await close();
    const lost = new Set<string>();
    await listen((req, res, next) => {
      if (['LOCK', 'POST', 'UNLOCK'].includes(req.method)) {
        const { end } = res;
        res.end = ((...args: Parameters<typeof end>) => {
          if (lost.has(req.method)) {
            return end.apply(res, args);
          }
          lost.add(req.method);
          req.socket.destroy();
          return res;
        }) as typeof end;
      }
      next();
    });
    const { workDir, workspace } = await attempt('attempt-4');
    await writeFile(join(workDir, 'go'), '');
    await workspace.plan();
    await workspace.apply();

    expect([...lost].sort()).toEqual(['LOCK', 'POST', 'UNLOCK']);
    expect(await store.lockInfo(STACK)).toBeUndefined();
    const serials = (await store.versions(STACK)).map(v => v.serial);
    expect(new Set(serials).size).toBe(serials.length);
  });

  it('refuses the state of an attempt that was replaced while it applied', async () => {
    const { workDir, workspace } = await attempt('attempt-5');
    await workspace.plan();
    const applying = workspace.apply().catch(e => e);
    await eventually('the apply', () => exists(join(workDir, 'began')));
    guard.replace('attempt-5');
    await writeFile(join(workDir, 'go'), '');

    const error = await applying;
    expect(error.message).toContain('Failed to save state');
    expect(error.result.erroredStateFile).toBe(
      join(workDir, 'errored.tfstate'),
    );
    expect(await store.latest(STACK)).toBeUndefined();

    // And it cannot begin again; the reason stands where the client shows it.
    const late = await workspace.plan().catch(e => e);
    expect(late.message).toContain('attempt attempt-5 was replaced');

    // The next attempt saves what the old one made, and nothing is made twice.
    await store.forceUnlock({ stackId: STACK });
    const next = await attempt('attempt-5b');
    await saveErroredState({
      store,
      stackId: STACK,
      attemptId: 'attempt-5b',
      content: await readFile(error.result.erroredStateFile),
    });
    expect(await next.workspace.plan()).toMatchObject({ hasChanges: false });
    expect(await store.lockInfo(STACK)).toBeUndefined();
  });

  it('turns away a token that was revoked, without repeating', async () => {
    const { workspace, token } = await attempt('attempt-6');
    await store.revokeTokens('attempt-6');
    const error = await workspace.plan().catch(e => e);
    expect(error.message).toMatch(/invalid auth|requires auth/);
    expect(error.message).not.toContain(token);
  });
});
