import { streamDocument } from '../__testUtils__/documents';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';

describe('secrets', () => {
  it('go in, and only their names come out', async () => {
    const { get, put, delete: remove, audit } = await startTestPlugin();
    const saved = await put('/secrets/token', {
      value: 'hunter2',
      description: 'For the source',
    });
    expect([saved.status, saved.body]).toMatchObject([
      200,
      { name: 'token', version: 1, updatedBy: 'user:default/mock' },
    ]);
    const again = await put('/secrets/token', { value: 'hunter3' });
    expect(again.body).toMatchObject({
      version: 2,
      description: 'For the source',
    });
    const list = await get('/secrets');
    expect(list.body.items).toMatchObject([{ name: 'token', version: 2 }]);
    for (const answer of [saved, again, list]) {
      expect(answer.text).not.toContain('hunter');
    }
    expect(JSON.stringify(audit)).not.toContain('hunter');
    const wrong = await put('/secrets/token', { value: 'hunter4', extra: 1 });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.not.stringContaining('hunter4'),
    ]);

    await put('/pipelines/ssh', {
      document: streamDocument('ssh', {
        spec: { secrets: [{ env: 'TOKEN', name: 'token' }] },
      }),
    });
    const used = await remove('/secrets/token');
    expect([used.status, used.body.error.message]).toEqual([
      409,
      expect.stringContaining('used by "ssh"'),
    ]);
    await put('/pipelines/ssh', { document: streamDocument('ssh') });
    expect((await remove('/secrets/token')).status).toBe(204);
    expect((await remove('/secrets/token')).status).toBe(404);
    expect((await put('/secrets/A%2F', { value: 'x' })).status).toBe(400);
  });
});

describe('drafts', () => {
  it('keep what is unfinished, for who made it, without secrets', async () => {
    const { get, put, post, delete: remove } = await startTestPlugin();
    const document = streamDocument('ssh', {
      spec: {
        target: 'elsewhere',
        secrets: [{ env: 'TOKEN', name: 'token', value: 'hunter2' }],
      },
    });
    const created = await post('/drafts', {
      title: 'Try',
      templateRef: 'template:default/anomalies',
      form: { name: 'ssh', apiKey: 'hunter2', secrets: ['token'] },
      document,
    });
    expect([created.status, created.body]).toMatchObject([
      201,
      {
        title: 'Try',
        createdBy: 'user:default/mock',
        form: { name: 'ssh', secrets: ['token'] },
        document: {
          spec: { secrets: [{ env: 'TOKEN', name: 'token' }] },
        },
      },
    ]);
    expect(created.text).not.toContain('hunter2');
    expect(
      created.body.problems.map((p: { path: string[] }) => p.path.join('.')),
    ).toContain('spec.target');
    const path = `/drafts/${created.body.id}`;
    expect((await get(path)).body).toEqual(created.body);
    const updated = await put(path, { document: streamDocument('ssh') });
    expect(updated.body).toMatchObject({ id: created.body.id, problems: [] });
    expect(updated.body.form).toBeUndefined();

    const other = 'Bearer mock-user-token:{"sub":"user:default/other"}';
    expect((await get('/drafts', undefined, other)).body.items).toEqual([]);
    for (const answer of [
      await get(path, undefined, other),
      await put(path, {}, other),
      await remove(path, undefined, other),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect((await get('/drafts')).body.items).toHaveLength(1);
    expect((await get('/drafts/1')).status).toBe(400);
    expect((await post('/drafts', { unknown: 1 })).status).toBe(400);
    expect((await remove(path)).status).toBe(204);
    expect((await get(path)).status).toBe(404);
  });
});

describe('API keys', () => {
  it('are shown once', async () => {
    const { put, post, audit } = await startTestPlugin();
    await put('/pipelines/ssh', { document: streamDocument('ssh') });
    const keys = [];
    for (let i = 0; i < 2; i++) {
      const answer = await post('/pipelines/ssh/api-key', {});
      expect([answer.status, answer.headers['cache-control']]).toEqual([
        200,
        'no-store',
      ]);
      keys.push(answer.body.apiKey);
    }
    expect(keys[0]).toMatch(/^mlp_[\w-]{43}$/);
    expect(keys[1]).not.toBe(keys[0]);
    expect(JSON.stringify(audit)).not.toContain('mlp_');
  });
});
