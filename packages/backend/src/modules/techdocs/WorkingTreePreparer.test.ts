import { readdirSync, rmSync } from 'node:fs';
import { createMockDirectory } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { WorkingTreePreparer } from './WorkingTreePreparer';

describe('WorkingTreePreparer', () => {
  const tree = createMockDirectory();
  const preparer = new WorkingTreePreparer({
    prepare: async () => ({ preparedDir: '/remote', etag: 'remote' }),
    shouldCleanPreparedDirectory: () => false,
  });
  const entity = (
    location = `file:${tree.path}/catalog-info.yaml`,
  ): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: {
      name: 'platform',
      annotations: {
        'backstage.io/techdocs-ref': 'dir:.',
        'backstage.io/source-location': location,
        'backstage.io/managed-by-location': location,
      },
    },
  });

  it('copies the configuration and the pages, and nothing else', async () => {
    tree.setContent({
      'mkdocs.yml': 'site_name: Guides\n',
      docs: { 'index.md': '# Guides', images: { 'a.png': 'a' } },
      node_modules: { 'elsewhere.md': 'not ours' },
    });
    const { preparedDir } = await preparer.prepare(entity());
    const copied = readdirSync(preparedDir, { recursive: true });
    rmSync(preparedDir, { recursive: true });
    expect(copied.sort()).toEqual([
      'docs',
      'docs/images',
      'docs/images/a.png',
      'docs/index.md',
      'mkdocs.yml',
    ]);
    expect(preparer.shouldCleanPreparedDirectory()).toBe(true);
  });

  it('prepares again only what has changed', async () => {
    tree.setContent({
      'mkdocs.yml': 'site_name: Guides\ndocs_dir: pages\n',
      pages: { 'index.md': 'one' },
    });
    const first = await preparer.prepare(entity());
    await expect(
      preparer.prepare(entity(), { etag: first.etag }),
    ).rejects.toThrow(expect.objectContaining({ name: 'NotModifiedError' }));
    tree.addContent({ 'pages/index.md': 'two' });
    const second = await preparer.prepare(entity(), { etag: first.etag });
    rmSync(first.preparedDir, { recursive: true });
    rmSync(second.preparedDir, { recursive: true });
    expect(second.etag).not.toBe(first.etag);
  });

  it('refuses pages outside the folder, and a folder without mkdocs.yml', async () => {
    tree.setContent({ 'mkdocs.yml': 'site_name: Guides\ndocs_dir: ../up\n' });
    await expect(preparer.prepare(entity())).rejects.toThrow(/not allowed/);
    tree.setContent({ docs: {} });
    await expect(preparer.prepare(entity())).rejects.toThrow(
      /There is no mkdocs.yml/,
    );
    expect(readdirSync(tree.path)).toEqual(['docs']);
  });

  it('leaves entities of a URL to the stock preparer', async () => {
    const url = 'url:https://github.com/example/platform/tree/main/';
    expect(await preparer.prepare(entity(url))).toEqual({
      preparedDir: '/remote',
      etag: 'remote',
    });
  });
});
