import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import express from 'express';
import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import request from 'supertest';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';
import { eventually } from '../__testUtils__/eventually';
import { createArtifactsRouter } from '../routes/artifactsRouter';
import { ArtifactUrls } from './ArtifactUrls';
import { FileSystemArtifactStore } from './FileSystemArtifactStore';

const MAX = 1024;
// printf hello | sha256sum
const HELLO_HEX =
  '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const HELLO = `sha256:${HELLO_HEX}`;

describe('artefacts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  const store = new FileSystemArtifactStore({ folder, maxBytes: MAX });
  let now = 1_700_000_000_000;
  const clock = () => now;
  const baseUrl = async () => 'http://portal/api/ml-pipelines';
  const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const urls = new ArtifactUrls({
    keys: [newKey, oldKey],
    baseUrl,
    now: clock,
  });
  const pathOf = (url: string) => {
    const { pathname, search } = new URL(url);
    return pathname.replace('/api/ml-pipelines', '') + search;
  };
  let allowed = true;
  const audit: string[] = [];
  const app = express();
  app.use(
    createArtifactsRouter({
      authorize: async () => {
        if (!allowed) {
          throw new NotAllowedError('no');
        }
        return {} as never;
      },
      auditor: mockServices.auditor.mock({
        createEvent: async ({ eventId }) => ({
          success: async () => void audit.push(`${eventId} done`),
          fail: async () => void audit.push(`${eventId} failed`),
        }),
      }),
      store,
      urls,
    }),
  );
  app.use(mockErrorHandler());

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const incoming = () => readdirSync(join(folder, 'incoming'));

  it('stores content once, under its digest, and gives it back by a signed URL', async () => {
    const upload = () => request(app).post('/artifacts').send('hello');
    const [{ body }, second] = await Promise.all([
      upload().expect(201),
      upload().expect(201),
    ]);
    expect(body).toMatchObject({ digest: HELLO, size: 5 });
    expect(second.body.digest).toBe(HELLO);
    expect(readdirSync(join(folder, '2c'))).toEqual([HELLO_HEX]);
    expect(incoming()).toEqual([]);

    const whole = await request(app).get(pathOf(body.url)).expect(200);
    expect(whole.body.toString()).toBe('hello');
    expect(whole.headers['content-disposition']).toBe('attachment');
    const part = await request(app)
      .get(pathOf(body.url))
      .set('Range', 'bytes=1-3')
      .expect(206)
      .expect('Content-Range', 'bytes 1-3/5');
    expect(part.body.toString()).toBe('ell');
    await request(app)
      .get(pathOf(body.url))
      .set('Range', 'bytes=9-')
      .expect(416);
    await request(app)
      .head(pathOf(body.url))
      .expect(200)
      .expect('Content-Length', '5');
    expect(audit).toEqual(['artifact-create done', 'artifact-create done']);
  });

  it('refuses links that were altered, are over, or never signed', async () => {
    const url = await urls.download(HELLO, 60);
    await request(app).get(pathOf(url)).expect(200);
    await request(app)
      .get(pathOf(url).replace(/expires=\d+/, 'expires=9999999999'))
      .expect(403);
    await request(app).get(`/artifacts/${HELLO}`).expect(400);
    now += 61_000;
    await request(app).get(pathOf(url)).expect(403);
    now -= 61_000;

    const older = new ArtifactUrls({ keys: [oldKey], baseUrl, now: clock });
    await request(app)
      .get(pathOf(await older.download(HELLO)))
      .expect(200);
    const foreign = new ArtifactUrls({
      keys: [Buffer.alloc(32, 3)],
      baseUrl,
      now: clock,
    });
    await request(app)
      .get(pathOf(await foreign.download(HELLO)))
      .expect(403);
    const gone = await urls.download(`sha256:${'0'.repeat(64)}`);
    await request(app).get(pathOf(gone)).expect(404);
  });

  it('leaves nothing of what is too large or breaks off', async () => {
    const { body } = await request(app)
      .post('/artifacts')
      .send('x'.repeat(MAX + 1))
      .expect(413);
    expect(body.error.message).toContain('mlPipelines.artifacts.maxMiB');
    // Much more than sockets buffer: the answer comes while it is being sent.
    await request(app)
      .post('/artifacts')
      .send(Buffer.alloc(32 * 1024 ** 2))
      .expect(413);
    const broken = Readable.from(
      (async function* chunks() {
        yield Buffer.from('half');
        throw new Error('connection lost');
      })(),
    );
    await expect(store.put(broken)).rejects.toThrow('connection lost');
    expect(incoming()).toEqual([]);
  });

  it('leaves nothing of an upload whose sender goes away, or that a crash broke off', async () => {
    const server = createServer(app);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const sender = connect(port, '127.0.0.1');
    // It promises 100 bytes, and sends four of them.
    sender.write(
      'POST /artifacts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf',
    );
    const size = () =>
      incoming()
        .map(name => statSync(join(folder, 'incoming', name)).size)
        .reduce((sum, bytes) => sum + bytes, 0);
    await eventually('the upload to arrive', () => size() === 4);
    sender.destroy();
    await eventually('the upload to be gone', () => incoming().length === 0);
    await new Promise(done => server.close(done));

    const old = join(folder, 'incoming', 'old');
    writeFileSync(old, 'half');
    writeFileSync(join(folder, 'incoming', 'new'), 'half');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(old, yesterday, yesterday);
    await store.cleanUp();
    expect(incoming()).toEqual(['new']);
    rmSync(join(folder, 'incoming', 'new'));
  });

  it('asks for permission to upload and to make links', async () => {
    allowed = false;
    await request(app).post('/artifacts').send('x').expect(403);
    await request(app).post(`/artifacts/${HELLO}/url`).expect(403);
    allowed = true;
    await request(app).post(`/artifacts/${HELLO}/url`).expect(200);
    await request(app).post('/artifacts/none/url').expect(404);
    expect(audit.slice(-2)).toEqual([
      'artifact-url done',
      'artifact-url failed',
    ]);
  });

  it('never leaves its folder', async () => {
    expect(await store.stat('../../etc/passwd')).toBeUndefined();
    await expect(store.open('../encryption.key')).rejects.toThrow(
      'There is no artefact',
    );
    await store.delete(HELLO);
    expect(await store.stat(HELLO)).toBeUndefined();
  });
});

describe('artefacts of the plugin', () => {
  it('asks everyone but the holder of a signed link who they are', async () => {
    const denied = mockCredentials.none.header();
    const { get, post, audit } = await startTestPlugin();
    const answer = await post('/artifacts', 'hello');
    expect([answer.status, answer.body]).toMatchObject([201, { size: 5 }]);
    const { digest, url } = answer.body;
    const path = url.slice(url.indexOf('/artifacts/'));
    expect((await get(path, undefined, denied)).status).toBe(200);
    expect(
      (await get(`${path}0`.replace('signature=', 's='), undefined, denied))
        .status,
    ).toBe(400);
    expect((await post('/artifacts', 'more', denied)).status).toBe(401);
    expect(
      (await post(`/artifacts/${digest}/url`, undefined, denied)).status,
    ).toBe(401);
    expect(audit).toMatchObject([
      { eventId: 'artifact-create', outcome: 'success', meta: { digest } },
    ]);
  });
});
