import { TestDatabases } from '@backstage/backend-test-utils';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { DatabaseDraftStore } from './DatabaseDraftStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('DatabaseDraftStore on %s', id => {
  it('keeps drafts for who made them', async () => {
    const store = new DatabaseDraftStore(await openTestDatabase(databases, id));
    const draft = { title: 'Été', form: { a: [1] }, document: { kind: 1 } };
    const first = await store.create(draft, 'user:default/ada');
    expect(first).toMatchObject({ ...draft, createdBy: 'user:default/ada' });
    expect(await store.get(first.id, 'user:default/ada')).toEqual(first);
    expect(await store.get(first.id, 'user:default/bob')).toBeUndefined();

    const second = await store.create({}, 'user:default/ada');
    await store.update(second.id, { title: 'newer' }, 'user:default/ada');
    const updated = await store.update(
      first.id,
      { templateRef: 'template:default/t' },
      'user:default/ada',
    );
    expect(updated).toEqual({
      id: first.id,
      templateRef: 'template:default/t',
      createdBy: 'user:default/ada',
      createdAt: first.createdAt,
      updatedAt: expect.any(String),
    });
    const listed = await store.list('user:default/ada');
    expect(listed.map(item => item.id).sort()).toEqual(
      [first.id, second.id].sort(),
    );
    expect(await store.list('user:default/bob')).toEqual([]);

    expect(await store.update(first.id, {}, 'user:default/bob')).toBe(
      undefined,
    );
    expect(await store.delete(first.id, 'user:default/bob')).toBe(false);
    expect(await store.delete(first.id, 'user:default/ada')).toBe(true);
    expect(await store.get(first.id, 'user:default/ada')).toBeUndefined();
  });
});
