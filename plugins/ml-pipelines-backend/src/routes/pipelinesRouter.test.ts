import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import express from 'express';
import request from 'supertest';
import { eventually } from '../__testUtils__/eventually';
import { streamDocument } from '../__testUtils__/documents';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';
import {
  createPipelineConditionalDecision,
  pipelineConditions,
} from '../permissions/rules';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { createPipelinesRouter } from './pipelinesRouter';

describe('pipelines', () => {
  it('saves revisions and tells who asked, the auditor and other plugins', async () => {
    const { get, put, audit, events } = await startTestPlugin();
    const first = await put('/pipelines/ssh', {
      document: streamDocument('ssh'),
      comment: 'first',
    });
    expect([first.status, first.body]).toMatchObject([
      201,
      {
        revision: 1,
        changed: true,
        pipeline: {
          name: 'ssh',
          mode: 'stream',
          status: 'draft',
          document: { spec: { compute: { replicas: 1 } } },
        },
      },
    ]);
    const again = await put('/pipelines/ssh', {
      document: streamDocument('ssh'),
    });
    expect([again.status, again.body]).toMatchObject([
      200,
      { revision: 1, changed: false },
    ]);
    const changed = await put('/pipelines/ssh', {
      document: streamDocument('ssh', { metadata: { title: 'SSH' } }),
    });
    expect([changed.status, changed.body.revision]).toEqual([200, 2]);

    const detail = await get('/pipelines/ssh');
    expect([detail.status, detail.body.revision]).toEqual([200, 2]);
    const revisions = await get('/pipelines/ssh/revisions');
    expect(revisions.body.items).toMatchObject([
      { revision: 2 },
      { revision: 1, comment: 'first', createdBy: 'user:default/mock' },
    ]);
    expect((await get('/pipelines/ssh/revisions/1')).body).toMatchObject({
      document: { metadata: { name: 'ssh' } },
    });
    const list = await get('/pipelines?search=SSH&sort=updatedAt');
    expect(list.body).toMatchObject({
      totalItems: 1,
      items: [{ name: 'ssh', title: 'SSH', revision: 2 }],
    });

    expect(audit).toMatchObject([
      {
        eventId: 'pipeline-save',
        outcome: 'success',
        meta: { pipeline: 'ssh', revision: 1, changed: true },
      },
      { meta: { changed: false } },
      { meta: { revision: 2, changed: true } },
    ]);
    expect(events).toEqual([
      { type: 'pipeline-changed', name: 'ssh' },
      { type: 'pipeline-changed', name: 'ssh' },
    ]);
  });

  it('answers wrong input with everything that is wrong', async () => {
    const { get, put, post, audit } = await startTestPlugin();
    const document = streamDocument('ssh', {
      metadata: { owner: 'nobody' },
      spec: { target: 'elsewhere', secrets: [{ env: 'A', name: 'missing' }] },
    });
    const refused = await put('/pipelines/ssh', { document });
    expect([refused.status, refused.body.error.name]).toEqual([
      400,
      'InputError',
    ]);
    const paths = (body: { problems: Array<{ path: string[] }> }) =>
      body.problems.map(problem => problem.path.join('.')).sort();
    expect(paths(refused.body.error)).toContain('metadata.owner');
    expect(audit).toMatchObject([{ outcome: 'failure' }]);

    const unknown = streamDocument('ssh', {
      spec: { target: 'elsewhere', secrets: [{ env: 'A', name: 'missing' }] },
    });
    const validated = await post('/validate', { document: unknown });
    expect([validated.status, validated.body.valid]).toEqual([200, false]);
    expect(paths(validated.body)).toEqual([
      'spec.secrets.0.name',
      'spec.target',
    ]);
    expect(
      (await post('/validate', { document: streamDocument('ssh') })).body,
    ).toEqual({ valid: true, problems: [] });

    const yaml = await post('/validate', {
      yaml: `${JSON.stringify(unknown, null, 2)}`,
    });
    expect(
      yaml.body.problems.every((p: { line?: number }) => Number(p.line) > 1),
    ).toBe(true);

    const other = await put('/pipelines/web', {
      document: streamDocument('ssh'),
    });
    expect([other.status, other.body.error.problems]).toMatchObject([
      400,
      [{ path: ['metadata', 'name'] }],
    ]);
    for (const answer of [
      await put('/pipelines/ssh', { document: {}, unknown: 1 }),
      await put('/pipelines/Not%20A%20Name', { document: {} }),
      await put('/pipelines/ssh', '{"document":').type('json'),
      await post('/validate', {}),
      await get('/pipelines?limit=1000'),
      await get('/pipelines?status=sleeping'),
    ]) {
      expect([answer.status, answer.body.error.name]).toEqual([
        400,
        expect.any(String),
      ]);
    }
  });

  it('knows no pipeline that is not there, and keeps what is deployed or newer', async () => {
    const { get, put, post, delete: remove, events } = await startTestPlugin();
    for (const answer of [
      await get('/pipelines/none'),
      await get('/pipelines/none/revisions'),
      await remove('/pipelines/none'),
      await post('/pipelines/none/api-key', {}),
    ]) {
      expect([answer.status, answer.body.error.message]).toEqual([
        404,
        expect.stringContaining('There is no pipeline "none"'),
      ]);
    }
    await put('/pipelines/ssh', { document: streamDocument('ssh') });
    expect((await get('/pipelines/ssh/revisions/2')).status).toBe(404);
    expect((await get('/pipelines/ssh/revisions/x')).status).toBe(400);

    const document = streamDocument('ssh', { metadata: { title: 'new' } });
    const stale = await put('/pipelines/ssh', { document }).set(
      'If-Match',
      '"7"',
    );
    expect(stale.status).toBe(409);
    const fresh = await put('/pipelines/ssh', { document }).set(
      'If-Match',
      '"1"',
    );
    expect(fresh.body.revision).toBe(2);
    expect(
      (await put('/pipelines/ssh', { document }).set('If-Match', 'x')).status,
    ).toBe(400);

    expect((await remove('/pipelines/ssh')).status).toBe(204);
    expect((await get('/pipelines/ssh')).status).toBe(404);
    expect(events).toContainEqual({ type: 'pipeline-deleted', name: 'ssh' });
  });

  it('records who looks at what, also in vain', async () => {
    const { get, reads } = await startTestPlugin({
      policy: ({ name }) =>
        name === 'ml-pipelines.secret.read'
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    await get('/pipelines?search=x');
    await get('/secrets');
    await eventually('the records', () => reads.every(read => read.outcome));
    expect(reads).toEqual([
      {
        eventId: 'read',
        outcome: 'success',
        meta: { path: '/pipelines', status: 200 },
      },
      { eventId: 'read', outcome: 'failure', meta: { path: '/secrets' } },
    ]);
  });

  it('asks who calls', async () => {
    const { get, put } = await startTestPlugin();
    const anonymous = mockCredentials.none.header();
    for (const answer of [
      await get('/pipelines', undefined, anonymous),
      await put('/pipelines/ssh', {}, anonymous),
      await get('/targets', undefined, anonymous),
      await get('/drafts', undefined, anonymous),
      await get('/secrets', undefined, anonymous),
    ]) {
      expect(answer.status).toBe(401);
    }
    const service = mockCredentials.service.header();
    expect((await get('/pipelines', undefined, service)).status).toBe(200);
  });

  it('does what the permission policy says, pipeline by pipeline', async () => {
    const {
      get,
      put,
      post,
      delete: remove,
      audit,
    } = await startTestPlugin({
      policy: permission =>
        isResourcePermission(permission, 'ml-pipeline')
          ? createPipelineConditionalDecision(
              permission,
              pipelineConditions.isOwner({ claims: ['group:default/mine'] }),
            )
          : undefined,
    });
    for (const [name, owner] of [
      ['mine', 'Group:default/Mine'],
      ['theirs', 'group:default/theirs'],
    ]) {
      const saved = await put(`/pipelines/${name}`, {
        document: streamDocument(name, { metadata: { owner } }),
      });
      expect(saved.status).toBe(201);
    }
    const list = await get('/pipelines');
    expect(list.body).toMatchObject({
      totalItems: 1,
      items: [{ name: 'mine' }],
    });
    expect((await get('/pipelines/mine')).status).toBe(200);
    for (const answer of [
      await get('/pipelines/theirs'),
      await get('/pipelines/theirs/revisions/1'),
      await post('/pipelines/theirs/api-key', {}),
      await post('/pipelines/theirs/deployments', {}),
      await remove('/pipelines/theirs'),
    ]) {
      // As if it did not exist.
      expect([answer.status, answer.body.error.message]).toEqual([
        404,
        (await get('/pipelines/none')).body.error.message.replace(
          'none',
          'theirs',
        ),
      ]);
    }
    expect(audit.slice(-1)).toMatchObject([
      { eventId: 'pipeline-delete', outcome: 'failure' },
    ]);
    const taken = await put('/pipelines/theirs', {
      document: streamDocument('theirs'),
    });
    expect([taken.status, taken.body.error.message]).toEqual([
      409,
      expect.stringMatching(/is taken/),
    ]);
  });

  it('says what is lacking to who may see the pipeline', async () => {
    const { put, delete: remove } = await startTestPlugin({
      policy: permission =>
        isResourcePermission(permission, 'ml-pipeline') &&
        permission.attributes.action !== 'read'
          ? createPipelineConditionalDecision(
              permission,
              pipelineConditions.isOwner({ claims: ['group:default/mine'] }),
            )
          : undefined,
    });
    const document = streamDocument('theirs', {
      metadata: { owner: 'group:default/theirs' },
    });
    expect((await put('/pipelines/theirs', { document })).status).toBe(201);
    for (const answer of [
      await put('/pipelines/theirs', { document }),
      await remove('/pipelines/theirs'),
    ]) {
      expect([answer.status, answer.body.error.message]).toEqual([
        403,
        expect.stringMatching(/You lack the permission ml-pipelines/),
      ]);
    }
  });

  it('creates nothing over what somebody else created at the same moment', async () => {
    const bases: Array<number | undefined> = [];
    let exists = false;
    const app = express()
      .use(express.json())
      .use(
        createPipelinesRouter({
          store: {
            resources: async () => [
              exists ? { name: 'ssh', owner: '', target: '' } : undefined,
            ],
          } as Partial<PipelineStore> as PipelineStore,
          service: {
            save: async ({ baseRevision }) => {
              bases.push(baseRevision);
              throw new ConflictError('saved meanwhile');
            },
            delete: async () => {},
          },
          authorizer: {
            authorize: async () => mockCredentials.user(),
            authorizeList: async () => ({
              credentials: mockCredentials.user(),
            }),
          },
          auditor: mockServices.auditor.mock({
            createEvent: async () => ({
              success: async () => {},
              fail: async () => {},
            }),
          }),
          usage: {
            leftoversOf: async () => [],
            refuseUsedPipeline: async () => {},
          },
        }),
        mockErrorHandler(),
      );
    const save = () =>
      request(app).put('/pipelines/ssh').send({ document: {} });
    await save().expect(409);
    exists = true;
    await save().expect(409);
    expect(bases).toEqual([0, undefined]);
  });

  it('refuses everything that is not allowed, without saying what exists', async () => {
    const {
      get,
      put,
      post,
      delete: remove,
    } = await startTestPlugin({
      policy: () => ({ result: AuthorizeResult.DENY }),
    });
    for (const answer of [
      await get('/pipelines'),
      await get('/pipelines/none'),
      await put('/pipelines/ssh', { document: streamDocument('ssh') }),
      await remove('/pipelines/none'),
      await get('/pipelines/none/revisions'),
      await post('/validate', { document: {} }),
      await get('/drafts'),
      await post('/drafts', {}),
      await get('/targets'),
      await put('/targets/x', { kind: 'fake' }),
      await remove('/targets/x'),
      await get('/secrets'),
      await put('/secrets/x', { value: 'y' }),
      await remove('/secrets/x'),
    ]) {
      expect(answer.status).toBe(403);
    }
  });

  it('deletes nothing that a deployment still needs', async () => {
    const deleted: string[] = [];
    const app = express().use(
      createPipelinesRouter({
        store: {} as PipelineStore,
        service: {
          save: () => Promise.reject(new Error('not asked for')),
          delete: async name => {
            deleted.push(name);
          },
        },
        authorizer: {
          authorize: async () => mockCredentials.user(),
          authorizeList: async () => ({ credentials: mockCredentials.user() }),
        },
        auditor: mockServices.auditor.mock({
          createEvent: async () => ({
            success: async () => {},
            fail: async () => {},
          }),
        }),
        usage: {
          leftoversOf: async () => [],
          refuseUsedPipeline: async name => {
            if (name === 'busy') {
              throw new ConflictError('under way');
            }
          },
        },
      }),
      mockErrorHandler(),
    );
    expect((await request(app).delete('/pipelines/busy')).status).toBe(409);
    expect((await request(app).delete('/pipelines/idle')).status).toBe(204);
    expect(deleted).toEqual(['idle']);
  });
});
