import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { enter, launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { Portal, repositoryRoot } from '../support/portal';

const GUIDES = '/docs/default/system/ml-platform';

/** The guides as people read them: in the portal, built by its own mkdocs. */
describe('the guides in the portal', () => {
  let portal: Portal;
  let browser: Browser;
  let page: Page;
  const sources = () =>
    execFileSync('git', ['status', '--porcelain', 'mkdocs.yml', 'docs'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
  const left = sources();

  before(async () => {
    portal = await Portal.create();
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await eventually(
      async () => {
        const response = await portal.fetch(
          `${portal.baseUrl}/api/catalog/entities/by-name/system/default/ml-platform`,
        );
        assert.equal(response.status, 200);
      },
      { seconds: 30, what: 'the system in the catalog' },
    );
  });
  after(async () => {
    await browser?.close();
    await portal?.dispose();
  });

  /** Pictures of a page that do not load. */
  const broken = () =>
    page.locator('article img').evaluateAll(images =>
      Promise.all(
        images.map(async image => {
          const picture = image as HTMLImageElement;
          picture.loading = 'eager';
          await picture.decode().catch(() => undefined);
          return picture.naturalWidth ? '' : picture.src;
        }),
      ).then(list => list.filter(Boolean)),
    );

  it('are a click away from the pages, and built on the first look', async () => {
    await enter(page, `${portal.baseUrl}/ml-pipelines`);
    await page.getByRole('link', { name: 'Guides' }).click();
    await page.waitForURL(`**${GUIDES}`);
    await page
      .locator('article')
      .getByRole('heading', { name: 'ML pipelines', level: 1 })
      .waitFor({ timeout: 90_000 });
  });

  [
    ['/guides/data-scientist', 'Data scientist'],
    ['/guides/ml-engineer', 'ML engineer'],
    ['/guides/administrator', 'Administrator'],
    ['/guides/project-lead', 'Project lead'],
    ['/guides/write-a-node-type', 'Write a node type'],
    ['/reference/node-types', 'Node types'],
    ['/architecture', 'Architecture'],
    ['/fr', 'Pipelines de ML'],
    ['/fr/guides/data-scientist', 'Data scientist'],
    ['/fr/guides/ml-engineer', 'Ingénieur ML'],
    ['/fr/guides/administrator', 'Administrateur'],
    ['/fr/guides/project-lead', 'Chef de projet'],
  ].forEach(([path, heading]) => {
    it(`show ${path} with its pictures`, async () => {
      await page.goto(`${portal.baseUrl}${GUIDES}${path}`);
      await page
        .locator('article')
        .getByRole('heading', { name: heading, level: 1 })
        .waitFor();
      assert.deepEqual(await broken(), []);
    });
  });

  it('are built from a copy: the checkout is left as it is', () => {
    assert.equal(sources(), left);
  });
});
