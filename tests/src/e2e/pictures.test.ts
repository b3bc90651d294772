import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { enter, launchBrowser } from '../support/browser';
import { deployed } from '../support/deployments';
import { eventually } from '../support/eventually';
import { tailPipeline } from '../support/pipelines';
import { Portal, repositoryRoot } from '../support/portal';

/** Where the pictures go; scripts/screenshots.sh names the guides' own folder. */
const folder = resolve(
  repositoryRoot,
  process.env.PICTURES ?? 'reports/pictures',
);
/** A path that says nothing about the machine. */
const logs = '/tmp/mlpipe-logs';
const name = 'ssh-anomalies';
const entity = `/catalog/default/component/${name}`;
const LANGUAGES = ['en', 'fr'] as const;

/** A picture of the guides: a page, and what has to be there first. */
interface Picture {
  name: string;
  path: string;
  ready: string | RegExp;
  /** Brings the page to what is shown. */
  prepare?: (page: Page) => Promise<void>;
}

/** One command takes them all again: scripts/screenshots.sh. */
const pictures: Picture[] = [
  {
    name: 'overview',
    path: '/ml-pipelines/overview',
    ready: 'SSH anomalies',
  },
  {
    name: 'pipelines',
    path: '/ml-pipelines/pipelines',
    ready: 'SSH anomalies',
  },
  {
    name: 'pipeline',
    path: `${entity}/ml-pipeline`,
    ready: /isol/i,
  },
  {
    name: 'edit',
    path: `${entity}/ml-pipeline/edit`,
    ready: /isol/i,
  },
  {
    name: 'deployments',
    path: `${entity}/deployments`,
    ready: /(revision|révision) 2/i,
  },
  { name: 'charts', path: `${entity}/ml-monitoring`, ready: /95/ },
  {
    name: 'anomalies',
    path: `${entity}/ml-monitoring?view=anomalies`,
    ready: /sshd\[/,
  },
  { name: 'model', path: `${entity}/ml-model`, ready: /champion/i },
  { name: 'runs', path: `${entity}/runs`, ready: /^(Test|Essai)/ },
  { name: 'logs', path: `${entity}/ml-logs`, ready: 'Active' },
  {
    name: 'console',
    path: `${entity}/ml-console`,
    ready: /^(Lines|Lignes)/,
    prepare: async page => {
      await page
        .getByRole('textbox', { name: /^(Lines|Lignes)/ })
        .fill(
          [
            'Dec 10 06:55:46 web sshd[24200]: Invalid user webmaster from 192.0.2.31',
            'Dec 10 06:55:48 web sshd[24200]: Failed password for invalid user webmaster from 192.0.2.31 port 38926 ssh2',
          ].join('\n'),
        );
      await page.getByRole('button', { name: /^(Send|Envoyer)/ }).click();
      await page.getByText('192.0.2.31').nth(2).waitFor();
    },
  },
  { name: 'alerts', path: '/ml-pipelines/alerts', ready: 'unusual-lines' },
  { name: 'drafts', path: '/ml-pipelines/drafts', ready: 'Web anomalies' },
  { name: 'targets', path: '/ml-pipelines/targets', ready: 'This machine' },
  { name: 'secrets', path: '/ml-pipelines/secrets', ready: 'kafka-password' },
];

/** The log of an SSH server, as text. */
function sshdLog(...options: string[]): string {
  return execFileSync(
    'python3',
    [join(repositoryRoot, 'examples/logs/generate_sshd_log.py'), ...options],
    { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
  );
}

describe('the pictures of the guides', () => {
  let portal: Portal;
  let browser: Browser;
  let page: Page;

  /** A pipeline that learns on and raises an alert soon. */
  const document = (trees: number) => {
    const base = tailPipeline(
      name,
      `${logs}/auth.log`,
      'stream-alerting',
      { trees, trainingEvents: 1000, learning: 'continuous' },
      { authentication: 'none' },
    );
    return {
      ...base,
      metadata: {
        ...base.metadata,
        title: 'SSH anomalies',
        description: 'Unusual logins on the web servers.',
      },
      spec: {
        ...base.spec,
        alerts: [
          {
            name: 'unusual-lines',
            metric: 'anomalies_per_minute' as const,
            threshold: 5,
            forSeconds: 0,
            severity: 'warning' as const,
            summary: 'Many unusual logins',
          },
        ],
      },
    };
  };

  before(async () => {
    mkdirSync(folder, { recursive: true });
    mkdirSync(logs, { recursive: true });
    writeFileSync(
      join(logs, 'auth.log'),
      sshdLog('--seed', '2001', '--lines', '1500', '--attack-share', '0'),
    );
    portal = await Portal.create();
    await deployed(portal, document(100));
    await deployed(portal, document(150));
    await portal.api.saveSecret('kafka-password', 'not shown', 'Log cluster');
    await portal.api.createDraft({
      title: 'Web anomalies',
      templateRef: 'template:default/anomaly-detection-on-logs',
      form: { name: 'web-anomalies', title: 'Web anomalies' },
    });
    await portal.api.createRun(name, {
      kind: 'test',
      lines: sshdLog('--seed', '2003', '--lines', '1500').trim().split('\n'),
    });
    appendFileSync(
      join(logs, 'auth.log'),
      sshdLog('--seed', '2002', '--lines', '900', '--attack-share', '0.15'),
    );
    await eventually(
      async () => {
        const { items } = await portal.api.listAlerts(name);
        if (items.length === 0) {
          throw new Error('no alert yet');
        }
      },
      { seconds: 90, what: 'an alert' },
    );
    browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1180, height: 760 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await enter(page, `${portal.baseUrl}/ml-pipelines`);
    await page.evaluate(() => localStorage.setItem('theme', 'light'));
  });
  after(async () => {
    await browser?.close();
    await portal?.dispose();
    rmSync(logs, { recursive: true, force: true });
  });

  LANGUAGES.forEach(language => {
    pictures.forEach(picture => {
      it(`${picture.name} in ${language}`, async () => {
        await page.evaluate(
          value => localStorage.setItem('language', value),
          language,
        );
        await page.goto(`${portal.baseUrl}${picture.path}`);
        await page
          .getByText(picture.ready)
          .filter({ visible: true })
          .first()
          .waitFor();
        await picture.prepare?.(page);
        await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(
          // Pages that poll never rest.
          () => undefined,
        );
        const suffix = language === 'en' ? '' : `-${language}`;
        await page.screenshot({
          path: join(folder, `${picture.name}${suffix}.png`),
          animations: 'disabled',
        });
      });
    });
  });
});
