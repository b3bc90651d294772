import {
  mockErrorHandler,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import express from 'express';
import type { Knex } from 'knex';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import request from 'supertest';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { FileSystemArtifactStore } from '../artifacts/FileSystemArtifactStore';
import { Encryption } from '../encryption/Encryption';
import { DatabaseUploadStore } from '../exchange/DatabaseUploadStore';
import { RunExchanges } from '../exchange/RunExchanges';
import { WorkloadTokens } from '../exchange/WorkloadTokens';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { RunRetention } from '../runs/RunRetention';
import type { RunRequest } from '../runs/RunRecord';
import { createExchangeRouter } from './exchangeRouter';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const MAX_FILE = 1024;
const MAX_RUN = 1500;

jest.setTimeout(60_000);

const sha256 = (content: string) => createHash('sha256').update(content);
const digestOf = (content: string) => `sha256:${sha256(content).digest('hex')}`;

describe.each(databases.eachSupportedId())('exchange on %s', id => {
  let knex: Knex;
  let folder: string;
  let artifacts: FileSystemArtifactStore;
  let uploads: DatabaseUploadStore;
  let runs: DatabaseRunStore;
  let app: express.Express;
  let audit: string[];
  const tokens = new WorkloadTokens(
    Encryption.fromKeys([randomBytes(32).toString('base64')]),
  );

  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    folder = await mkdtemp(join(tmpdir(), 'exchange-'));
    artifacts = new FileSystemArtifactStore({ folder, maxBytes: MAX_FILE });
    uploads = new DatabaseUploadStore(knex, { bytesPerRun: MAX_RUN });
    runs = new DatabaseRunStore(knex);
    audit = [];
    app = express();
    app.use(
      createExchangeRouter({
        tokens,
        uploads,
        artifacts,
        auditor: mockServices.auditor.mock({
          createEvent: async event => {
            // Backstage knows no workloads: it would refuse to name one.
            expect(event).not.toHaveProperty('request');
            return {
              success: async () => void audit.push(`${event.eventId} done`),
              fail: async () => void audit.push(`${event.eventId} failed`),
            };
          },
        }),
      }),
    );
    app.use(mockErrorHandler());
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const as = (pipeline: string) => `Bearer ${tokens.reveal(pipeline)}`;
  const get = (path: string, token = as('ssh')) =>
    request(app).get(`/exchange/ssh${path}`).set('Authorization', token);
  const put = (path: string, body: string | object, token = as('ssh')) =>
    request(app)
      .put(`/exchange/ssh${path}`)
      .set('Authorization', token)
      .set('Content-Type', 'text/csv')
      .send(typeof body === 'string' ? body : JSON.stringify(body));

  /** A run that is under way. */
  async function start(
    pipeline = 'ssh',
    asked: RunRequest = {},
  ): Promise<string> {
    const run = await runs.create({
      id: randomUUID(),
      pipeline,
      kind: 'batch',
      trigger: 'manual',
      revision: 1,
      target: 'here',
      request: asked,
    });
    await runs.claim({
      id: run.id,
      state: 'queued',
      lease: { owner: 'me', host: 'machine', process: '1/2' },
      leaseSeconds: 60,
      targetLimit: 10,
    });
    return run.id;
  }
  const end = async (run: string) => {
    const ref = { id: run, owner: 'me' };
    const finishedAt = new Date().toISOString();
    await runs.update(ref, { outcome: { state: 'succeeded', finishedAt } });
    await runs.finish(ref);
  };

  it('asks for a token of the very pipeline', async () => {
    const run = await start();
    const paths = [`/runs/${run}/files`, `/runs/${run}/files/a.csv`];
    for (const token of ['', 'Bearer x', as('web'), 'Basic c3NoOnNzaA==']) {
      for (const path of paths) {
        await get(path, token)
          .expect(401)
          .expect('WWW-Authenticate', 'Bearer realm="exchange"');
      }
      await put(paths[1], 'x', token).expect(401);
      await put(`/runs/${run}/progress`, {}, token).expect(401);
    }
    expect(await uploads.list(run)).toEqual([]);
    await get(paths[0]).expect(200, { items: [] });
  });

  it('gives a workload the inputs and results of its pipeline, and no others', async () => {
    const mine = await artifacts.put(Readable.from([Buffer.from('mine')]));
    const theirs = await artifacts.put(Readable.from([Buffer.from('theirs')]));
    await start('ssh', { input: mine.digest });
    await start('web', { lines: theirs.digest });
    const found = await get(`/artifacts/${mine.digest}`).expect(200);
    expect(found.body.toString()).toBe('mine');
    await get(`/artifacts/${mine.digest}`)
      .set('Range', 'bytes=1-2')
      .expect(206)
      .expect('Content-Range', 'bytes 1-2/4');
    await get(`/artifacts/${theirs.digest}`).expect(404);
    await get('/artifacts/none').expect(404);
  });

  it('takes files of a run, the same ones again, and better ones in their place', async () => {
    const run = await start();
    const { body } = await put(`/runs/${run}/files/a.csv`, 'one').expect(201);
    expect(body).toEqual({
      name: 'a.csv',
      contentType: 'text/csv',
      size: 3,
      digest: digestOf('one'),
    });
    await put(`/runs/${run}/files/a.csv`, 'one').expect(200);
    await put(`/runs/${run}/files/a.csv`, 'two').expect(200);
    await put(`/runs/${run}/files/b.csv`, 'three').expect(201);
    const { body: list } = await get(`/runs/${run}/files`).expect(200);
    expect(list.items).toEqual([
      {
        name: 'a.csv',
        contentType: 'text/csv',
        size: 3,
        digest: digestOf('two'),
      },
      {
        name: 'b.csv',
        contentType: 'text/csv',
        size: 5,
        digest: digestOf('three'),
      },
    ]);
    const file = await get(`/runs/${run}/files/a.csv`).expect(200);
    expect(file.body.toString()).toBe('two');
    await get(`/runs/${run}/files/c.csv`).expect(404);
    // Other replicas of the same run may read it as an artefact, too.
    await get(`/artifacts/${digestOf('two')}`).expect(200);

    const exchange = await new RunExchanges({
      uploads,
      artifacts,
      urls: { of: async name => `https://portal.example/${name}` },
    }).of({ id: run, pipeline: 'ssh', request: {} }, { name: 'k', config: {} });
    expect(await exchange.files()).toMatchObject([
      { name: 'a.csv', size: 3 },
      { name: 'b.csv', size: 5 },
    ]);
    expect(await text(await exchange.open('b.csv'))).toBe('three');
    await expect(exchange.open('c.csv')).rejects.toThrow('no file "c.csv"');
    expect(audit.filter(event => event === 'run-upload done')).toHaveLength(4);
  });

  it('refuses what is altered, badly named, too large, or of another run', async () => {
    const run = await start();
    const files = `/runs/${run}/files`;
    const hash = (content: string) =>
      `sha-256=:${sha256(content).digest('base64')}:`;
    await put(`${files}/a.csv`, 'one')
      .set('Content-Digest', hash('other'))
      .expect(400);
    await put(`${files}/a.csv`, 'one')
      .set('Content-Digest', 'md5=x')
      .expect(400);
    for (const name of ['.hidden', '..%2fa', 'a%20b', 'x'.repeat(201)]) {
      await put(`${files}/${name}`, 'one').expect(400);
    }
    await put(`${files}/a.csv`, 'x'.repeat(MAX_FILE + 1)).expect(413);
    await put(`/runs/${randomUUID()}/files/a.csv`, 'one').expect(404);
    await put(`/runs/${await start('web')}/files/a.csv`, 'one').expect(404);
    expect(await uploads.list(run)).toEqual([]);

    await put(`${files}/a.csv`, 'one').set('Content-Digest', hash('one'));
    await put(`${files}/b.csv`, 'x'.repeat(MAX_FILE)).expect(201);
    const { body } = await put(`${files}/c.csv`, 'y'.repeat(MAX_FILE)).expect(
      413,
    );
    expect(body.error.message).toContain('mlPipelines.exchange.maxMiBPerRun');
    expect((await uploads.list(run)).map(({ name }) => name)).toEqual([
      'a.csv',
      'b.csv',
    ]);
    expect(audit).toContain('run-upload failed');
    // Nothing is left of what was refused.
    await new RunRetention({ store: runs, artifacts }).removeFiles();
    expect(
      await artifacts.stat(digestOf('y'.repeat(MAX_FILE))),
    ).toBeUndefined();
    expect(await artifacts.stat(digestOf('one'))).toBeDefined();
  });

  it('keeps how far each worker is', async () => {
    const run = await start();
    const path = `/runs/${run}/progress`;
    const far = (done: number) => ({ done, total: 10, unit: 'events' });
    await put(path, far(1)).expect(204);
    await put(`${path}?worker=3`, far(2)).expect(204);
    await put(path, { ...far(4), message: null }).expect(204);
    expect(await uploads.progress(run)).toEqual({ 0: far(4), 3: far(2) });
    await put(path, { done: -1, unit: 'events' }).expect(400);
    await put(`${path}?worker=64`, far(1)).expect(400);
    await put(path, { ...far(1), message: 'x'.repeat(70_000) }).expect(413);
    await put(path, 'no json').expect(400);
    expect(await uploads.progress(run)).toEqual({ 0: far(4), 3: far(2) });
  });

  it('takes nothing of a run that has ended, and lets go of what came before', async () => {
    const run = await start();
    const retention = new RunRetention({ store: runs, artifacts });
    await put(`/runs/${run}/files/part-0-of-2.csv`, 'part').expect(201);
    await put(`/runs/${run}/files/scores.csv`, 'scores').expect(201);
    await put(`/runs/${run}/progress`, { done: 1, unit: 'trees' }).expect(204);
    await uploads.discard(digestOf('part'));
    await retention.removeFiles();
    expect(await artifacts.stat(digestOf('part'))).toBeDefined();

    const { digest, size } = (await uploads.get(run, 'scores.csv'))!;
    await runs.addArtifact(
      { id: run, owner: 'me' },
      { name: 'scores.csv', contentType: 'text/csv', digest, size },
    );
    await uploads.drop(run);
    await end(run);
    await put(`/runs/${run}/files/late.csv`, 'late').expect(409);
    await put(`/runs/${run}/progress`, { done: 2, unit: 'trees' }).expect(409);
    expect(await uploads.progress(run)).toEqual({});
    await retention.removeFiles();
    expect(await artifacts.stat(digestOf('part'))).toBeUndefined();
    expect(await artifacts.stat(digestOf('scores'))).toBeDefined();
  });

  it('forgets what a run has sent when the run is deleted', async () => {
    const run = await start();
    await put(`/runs/${run}/files/a.csv`, 'one').expect(201);
    await put(`/runs/${run}/progress`, { done: 1, unit: 'trees' }).expect(204);
    await end(run);
    await runs.prune({ endedBefore: '2999-01-01', keep: 0 });
    await new RunRetention({ store: runs, artifacts }).removeFiles();
    expect(await artifacts.stat(digestOf('one'))).toBeUndefined();
    expect(await knex('run_uploads')).toEqual([]);
    expect(await knex('run_worker_progress')).toEqual([]);
  });
});
