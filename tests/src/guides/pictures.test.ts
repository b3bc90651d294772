import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { repositoryRoot } from '../support/portal';

const docs = join(repositoryRoot, 'docs');
/** All pictures together, so that a clone stays small. */
const LARGEST_MIB = 3;

const files = (extension: string) =>
  readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(extension))
    .sort();
const pages = [
  ...files('.md').map(name => join(docs, name)),
  join(repositoryRoot, 'README.md'),
];

/** Targets of links and pictures of a page, without those of its code. */
function targets(page: string): string[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target.split('#')[0])
    .filter(target => target && !/^\w+:/.test(target));
}

describe('the pages of the documentation', () => {
  it('link to what exists', () => {
    const broken = pages.flatMap(page =>
      targets(page)
        .filter(target => !existsSync(resolve(dirname(page), target)))
        .map(target => `${relative(repositoryRoot, page)}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it('show every picture that there is', () => {
    const shown = new Set(
      pages.flatMap(page =>
        targets(page).map(target => resolve(dirname(page), target)),
      ),
    );
    assert.deepEqual(
      files('.png').filter(name => !shown.has(join(docs, name))),
      [],
    );
  });

  it('say in words what a picture shows', () => {
    const silent = pages.filter(page =>
      /!\[\s*\]\(/.test(readFileSync(page, 'utf8')),
    );
    assert.deepEqual(silent, []);
  });

  it('have small pictures', () => {
    const bytes = files('.png').map(name => statSync(join(docs, name)).size);
    const mib = bytes.reduce((sum, size) => sum + size, 0) / 1024 ** 2;
    assert.ok(mib < LARGEST_MIB, `${mib.toFixed(1)} MiB of pictures`);
  });

  it('have the same guides, with the same pictures, in both languages', () => {
    const guides = (folder: string) =>
      readdirSync(join(docs, folder, 'guides')).sort();
    assert.deepEqual(guides('fr'), guides('.'));
    const pictures = (page: string) =>
      targets(join(docs, page))
        .filter(target => target.endsWith('.png'))
        .map(target =>
          target
            .split('/')
            .at(-1)
            ?.replace(/-fr\.png$/, '.png'),
        );
    for (const guide of guides('.')) {
      assert.deepEqual(
        pictures(`fr/guides/${guide}`),
        pictures(`guides/${guide}`),
        guide,
      );
    }
  });

  it('are all in the navigation', () => {
    const nav = readFileSync(join(repositoryRoot, 'mkdocs.yml'), 'utf8');
    // Decisions are listed on a page of their own.
    const missing = files('.md').filter(
      name => !name.startsWith('adr/') && !nav.includes(`: ${name}`),
    );
    assert.deepEqual(missing, []);
  });
});
