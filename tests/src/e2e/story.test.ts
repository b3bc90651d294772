import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { enter, launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { Portal, repositoryRoot } from '../support/portal';

const screenshots = join(repositoryRoot, 'reports/screenshots');
const generator = join(repositoryRoot, 'examples/logs/generate_sshd_log.py');

/** Lines of an sshd log that no test has seen: another seed, as text. */
function sshdLog(...options: string[]): string {
  return execFileSync('python3', [generator, ...options], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
}

/**
 * The story of a data scientist, in a browser, against a real portal: from the
 * form to scores of real log lines, a change, a redeployment, and the end.
 */
describe('from the form to a running pipeline', () => {
  let portal: Portal;
  let browser: Browser;
  let page: Page;
  let logFile: string;
  const errors: string[] = [];

  const shot = (name: string) =>
    page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const tab = async (name: string) => {
    await page
      .getByRole('navigation', { name: 'Content navigation' })
      .getByRole('link', { name, exact: true })
      .click();
  };

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    portal = await Portal.create();
    logFile = join(portal.folder, 'auth.log');
    appendFileSync(
      logFile,
      sshdLog('--seed', '2001', '--lines', '1500', '--attack-share', '0'),
    );
    browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
    });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', error => errors.push(error.message));
  });

  after(async () => {
    await browser?.close();
    await portal?.dispose();
  });

  it('leads from the empty overview to the form', async () => {
    await enter(page, `${portal.baseUrl}/ml-pipelines/pipelines`);
    await page.getByText('No pipeline yet').waitFor();
    await shot('overview-empty');
    await page.getByRole('link', { name: 'Detect anomalies in logs' }).click();
    await page.getByText('Who and what').waitFor();
  });

  it('shows a wrong value at its field and does not go on', async () => {
    const name = page.getByRole('textbox', { name: /^Name/ });
    await name.fill('SSH Anomalies');
    await page
      .getByText(/Use lower-case letters, digits and dashes; start/)
      .waitFor();
    await page.getByLabel('Owner').click();
    await page.getByRole('option', { name: 'Data science' }).click();
    await button('Next').click();
    await page.getByText('Who and what').waitFor();
    assert.equal(await page.getByText('Log file (tail)').count(), 0);
    await shot('form-wrong-name');
    await name.fill('ssh-anomalies');
    await page.getByRole('textbox', { name: 'Title' }).fill('SSH anomalies');
    await button('Next').click();
    await page.getByText('Log file (tail)').waitFor();
  });

  it('takes source, parameters and use in steps', async () => {
    const file = page.getByRole('textbox', { name: 'File' });
    await file.fill('var/log/auth.log');
    await page
      .getByText(/is not the absolute path of a file/)
      .first()
      .waitFor();
    await button('Next').click();
    await file.fill(logFile);
    await button('Next').click();
    await page.getByText('How anomalies are found').waitFor();
    await shot('form-parameters');
    await button('Next').click();
    await page.getByText('Everything fits').waitFor();
    await shot('form-use');
    await button('Review').click();
    await button('Deploy').waitFor();
    await shot('form-review');
  });

  it('deploys, is followed in the task, and notifies', async () => {
    await button('Deploy').click();
    await page.waitForURL(/\/create\/tasks\//);
    await page
      .getByText('The pipeline "ssh-anomalies" runs at')
      .waitFor({ timeout: 120_000 });
    await shot('task');
    await page.goto(`${portal.baseUrl}/notifications`);
    await page
      .getByText(/SSH anomalies|ssh-anomalies/)
      .first()
      .waitFor();
  });

  it('is in the catalog with its API, target and data source', async () => {
    const names = await eventually(
      async () => {
        const response = await portal.fetch(
          `${portal.baseUrl}/api/catalog/entities/by-name/component/default/ssh-anomalies`,
        );
        assert.equal(response.status, 200);
        const entity = (await response.json()) as {
          relations: Array<{ type: string; targetRef: string }>;
        };
        const related = entity.relations.map(r => `${r.type} ${r.targetRef}`);
        assert.equal(related.length, 4, related.join(', '));
        return related.sort();
      },
      { seconds: 10, what: 'the entity and its relations' },
    );
    assert.match(names[0], /^dependsOn resource:default\/local/);
    assert.match(names[1], /^dependsOn resource:default\/ssh-anomalies-source/);
    assert.match(names[2], /^ownedBy group:default\/data-science/);
    assert.match(names[3], /^providesApi api:default\/ssh-anomalies/);
  });

  it('scores real lines in the console, and says why', async () => {
    await page.goto(
      `${portal.baseUrl}/catalog/default/component/ssh-anomalies/ml-pipeline`,
    );
    await page.getByText('Isolation Forest').first().waitFor();
    await page.getByText('1 of 1 ready').waitFor();
    await shot('pipeline');
    await tab('Console');
    await page
      .getByRole('textbox', { name: /^Lines/ })
      .fill(
        [
          'Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186',
          'Dec 10 06:55:48 LabSZ sshd[24200]: Failed password for invalid user webmaster from 173.234.31.186 port 38926 ssh2',
          'not a log line at all \u0000\u0001',
        ].join('\n'),
      );
    await eventually(
      async () => {
        await button('Send').click();
        await page
          .getByText('173.234.31.186')
          .nth(2)
          .waitFor({ timeout: 3000 });
      },
      { seconds: 60, what: 'scores' },
    );
    await page.getByText('curl').first().waitFor();
    await shot('console');
  });

  it('finds attacks in the stream and shows them', async () => {
    appendFileSync(
      logFile,
      sshdLog('--seed', '2002', '--lines', '600', '--attack-share', '0.15'),
    );
    const anomalies = await eventually(
      async () => {
        const { items } = await portal.api.listAnomalies('ssh-anomalies');
        assert.ok(items.length > 10, `${items.length} anomalies`);
        return items;
      },
      { seconds: 60, what: 'anomalies' },
    );
    assert.ok(anomalies.every(a => a.features.length > 0 && a.line));
    await tab('Monitoring');
    await page.getByRole('radio', { name: 'Anomalies' }).click();
    await page.getByText(anomalies.at(-1)!.line.slice(0, 60)).first().waitFor();
    await shot('anomalies');
  });

  it('changes a parameter and redeploys', async () => {
    await tab('Pipeline');
    await page.getByRole('link', { name: 'Edit parameters' }).click();
    const trees = page.getByRole('textbox', { name: /^Trees/ });
    await trees.fill('5');
    await trees.blur();
    await page
      .getByText(/10 or more|at least 10/)
      .first()
      .waitFor();
    await shot('edit-wrong');
    await trees.fill('150');
    await trees.blur();
    await button('Save and deploy').click();
    await eventually(
      async () => {
        const status = await portal.api.getStatus('ssh-anomalies');
        assert.equal(status.revision, 2);
        assert.equal(status.phase, 'running');
      },
      { seconds: 90, what: 'revision 2 to run' },
    );
    await page.goto(
      `${portal.baseUrl}/catalog/default/component/ssh-anomalies/deployments`,
    );
    await page.getByText('Deploy revision 2').click();
    await page.getByText(/Succeeded: revision 2 runs/).waitFor();
    await shot('deployment');
  });

  it('shows the newest state, and follows the log', async () => {
    await tab('Pipeline');
    await button('Redeploy').waitFor();
    assert.equal(await page.getByText('is saved, but revision').count(), 0);
    await tab('Logs');
    await page.getByText('Active').first().waitFor();
    await page.getByText('New lines appear as they are written').waitFor();
    await shot('logs');
  });

  it('fits the dark and a narrow screen', async () => {
    await page.evaluate(() => localStorage.setItem('theme', 'dark'));
    for (const [name, path] of [
      ['portfolio', '/ml-pipelines/overview?show=all'],
      ['overview', '/ml-pipelines/pipelines'],
      ['pipeline', '/catalog/default/component/ssh-anomalies/ml-pipeline'],
      ['charts', '/catalog/default/component/ssh-anomalies/ml-monitoring'],
    ]) {
      await page.setViewportSize({ width: 1360, height: 900 });
      await page.goto(`${portal.baseUrl}${path}`);
      await page.getByText('SSH anomalies').first().waitFor();
      await shot(`${name}-dark`);
      await page.setViewportSize({ width: 420, height: 800 });
      await shot(`${name}-narrow`);
      // The catalog's own row of tabs does not wrap; what is below it is ours.
      const overflow = await page.evaluate(() => {
        const tabs = document.querySelector(
          'nav[aria-label="Content navigation"]',
        );
        tabs?.remove();
        return document.documentElement.scrollWidth - window.innerWidth;
      });
      assert.ok(overflow <= 1, `${name} is ${overflow} px too wide`);
    }
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.evaluate(() => localStorage.setItem('theme', 'light'));
  });

  it('has no serious accessibility finding on its pages', async () => {
    for (const path of [
      '/ml-pipelines/overview?show=all',
      '/ml-pipelines/pipelines',
      '/catalog/default/component/ssh-anomalies/ml-pipeline',
      '/catalog/default/component/ssh-anomalies/deployments',
      '/catalog/default/component/ssh-anomalies/ml-console',
    ]) {
      await page.goto(`${portal.baseUrl}${path}`);
      await page.getByText('SSH anomalies').first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      const { violations } = await new AxeBuilder({ page })
        // Backstage's own sidebar is not ours to judge.
        .exclude('[data-testid="sidebar-root"]')
        // Its tabs name panels that are there only once they are open.
        .exclude('.bui-Tab')
        .analyze();
      const serious = violations.filter(v =>
        ['serious', 'critical'].includes(v.impact ?? ''),
      );
      assert.deepEqual(
        serious.map(v => `${path}: ${v.id} ${v.nodes[0]?.html.slice(0, 200)}`),
        [],
      );
    }
  });

  it('speaks French', async () => {
    await page.evaluate(() => localStorage.setItem('language', 'fr'));
    await page.goto(`${portal.baseUrl}/ml-pipelines/pipelines`);
    await page
      .getByText('Dernier déploiement')
      .or(page.getByText('Déployé'))
      .first()
      .waitFor();
    await shot('overview-french');
    await page.evaluate(() => localStorage.setItem('language', 'en'));
  });

  it('reopens a draft with everything in it after a failure', async () => {
    const draft = await portal.api.createDraft({
      title: 'web-anomalies',
      templateRef: 'template:default/anomaly-detection-on-logs',
      form: {
        name: 'web-anomalies',
        title: 'Web anomalies',
        owner: 'group:default/data-science',
        target: 'gone',
        source: { type: 'http-push', parameters: {} },
      },
    });
    await page.goto(`${portal.baseUrl}/ml-pipelines/drafts/${draft.id}`);
    await shot('draft');
    await page.getByRole('link', { name: 'Open the form' }).click();
    await page.getByText('Who and what').waitFor();
    assert.equal(
      await page.getByRole('textbox', { name: /^Name/ }).inputValue(),
      'web-anomalies',
    );
    assert.equal(
      await page.getByRole('textbox', { name: 'Title' }).inputValue(),
      'Web anomalies',
    );
  });

  it('is removed with a confirmation, and leaves nothing', async () => {
    await page.goto(
      `${portal.baseUrl}/catalog/default/component/ssh-anomalies/ml-pipeline`,
    );
    await button('Remove').click();
    await page.getByRole('dialog').waitFor();
    await page
      .getByText('Also delete the pipeline with all its revisions')
      .click();
    await page.getByRole('dialog').getByRole('textbox').fill('ssh-anomalies');
    await shot('remove');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Remove' })
      .click();
    await eventually(
      async () => {
        const { totalItems } = await portal.api.listPipelines();
        assert.equal(totalItems, 0);
        const response = await portal.fetch(
          `${portal.baseUrl}/api/catalog/entities/by-name/component/default/ssh-anomalies`,
        );
        assert.equal(response.status, 404);
      },
      { seconds: 60, what: 'the pipeline to be gone' },
    );
    const status = JSON.parse(
      execFileSync(
        'mlpipe',
        ['host', 'status', '--root', join(portal.dataDir, 'local')],
        { encoding: 'utf8' },
      ),
    );
    assert.deepEqual(status.pipelines, []);
  });

  it('never threw in the browser', () => {
    assert.deepEqual(errors, []);
  });
});
