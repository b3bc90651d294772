import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parsePipelineYaml } from '@mlpipe/plugin-ml-pipelines-common';
import { deployed } from '../support/deployments';
import { eventually } from '../support/eventually';
import { codeBlocks } from '../support/guide';
import { Portal, repositoryRoot } from '../support/portal';

const PAGE = 'guides/write-a-node-type.md';
const MODULE = 'plugins/ml-pipelines-backend-module-mask-text';
const runtimePython = join(
  repositoryRoot,
  'packages/pipeline-runtime/.venv/bin/python',
);

/**
 * Follows the guide word for word, in an app of its own beside this
 * repository: its files are written, its commands are run, its pipeline is
 * deployed. The app sees this repository's packages as installed ones.
 */
describe('the guide "Write a node type"', () => {
  let app: string;
  let portal: Portal | undefined;
  let env: NodeJS.ProcessEnv;
  const blocks = codeBlocks(PAGE);
  const file = (title: string) => {
    const found = blocks.find(block => block.title === title);
    assert.ok(found, `The guide has no block titled "${title}"`);
    return found.content;
  };
  /** Runs the commands of the guide that contain a text. */
  const command = (part: string) => {
    const found = blocks.find(
      ({ language, content }) => language === 'sh' && content.includes(part),
    );
    assert.ok(found, `The guide has no command with "${part}"`);
    return execFileSync('bash', ['-euc', found.content], {
      cwd: app,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };

  before(() => {
    const cache = join(repositoryRoot, '.cache');
    mkdirSync(cache, { recursive: true });
    // Below the repository, so that its packages are found; `.cache` is no workspace.
    app = mkdtempSync(join(cache, 'node-type-'));
    for (const { title, content } of blocks) {
      if (title && title !== 'packages/backend/src/index.ts') {
        mkdirSync(dirname(join(app, title)), { recursive: true });
        writeFileSync(join(app, title), content);
      }
    }
    // What `yarn install` does with a workspace.
    const { name } = JSON.parse(file(`${MODULE}/package.json`));
    mkdirSync(join(app, 'node_modules', dirname(name)), { recursive: true });
    symlinkSync(join(app, MODULE), join(app, 'node_modules', name));

    // A Python that has the runtime, and gets the package of the guide.
    const venv = join(app, '.venv');
    execFileSync('uv', ['venv', '--quiet', '--python', runtimePython, venv]);
    const sitePackages = (python: string) =>
      execFileSync(
        python,
        ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'],
        { encoding: 'utf8' },
      ).trim();
    const python = join(venv, 'bin/python');
    writeFileSync(
      join(sitePackages(python), 'runtime.pth'),
      `import site; site.addsitedir(${JSON.stringify(
        sitePackages(runtimePython),
      )})\n`,
    );
    const mlpipe = join(venv, 'bin/mlpipe');
    writeFileSync(
      mlpipe,
      `#!/bin/sh\nexec ${python} -m pipeline_runtime "$@"\n`,
    );
    chmodSync(mlpipe, 0o755);
    env = {
      ...process.env,
      PYTHON: python,
      PATH: `${join(venv, 'bin')}:${process.env.PATH}`,
    };
    writeFileSync(
      join(app, 'auth.log'),
      execFileSync('python3', [
        join(repositoryRoot, 'examples/logs/generate_sshd_log.py'),
        ...['--seed', '7', '--lines', '1500', '--quiet-lines', '600'],
        ...['--attack-share', '0.1'],
      ]),
    );
  });
  after(async () => {
    await portal?.dispose();
    rmSync(app, { recursive: true, force: true });
  });

  it('has the same code in French', () => {
    assert.deepEqual(codeBlocks(`fr/${PAGE}`), blocks);
  });

  it('gives a package that the runtime knows', () => {
    command('nodeTransform.cjs');
    command('uv pip install');
    const types = JSON.parse(
      execFileSync('mlpipe', ['nodes'], { env, encoding: 'utf8' }),
    );
    assert.deepEqual(
      types.find(({ id }: { id: string }) => id === 'mask-text'),
      {
        id: 'mask-text',
        category: 'preprocess',
        inputs: [{ name: 'events', type: 'log-events' }],
        outputs: [{ name: 'events', type: 'log-events' }],
        parameters: { what: ['email'], replacement: '<hidden>' },
      },
    );
  });

  it('gives a pipeline that can be tried on a file', () => {
    const output = command('mlpipe test');
    const [valid] = output.split('\n');
    assert.deepEqual(JSON.parse(valid), {
      valid: true,
      name: 'masked',
      problems: [],
    });
    const report = JSON.parse(output.slice(valid.length));
    assert.equal(report.events, 1500);
    assert.equal(report.scored, 1500);
    assert.ok(report.anomalies > 0);
    assert.deepEqual(
      report.nodes.map(({ type }: { type: string }) => type).slice(0, 2),
      ['mask-text', 'log-features'],
    );
    for (const { line } of report.firstAnomalies) {
      assert.doesNotMatch(line, /\b\d+\.\d+\.\d+\.\d+\b/);
    }
    assert.ok(
      report.firstAnomalies.some(({ line }: { line: string }) =>
        line.includes('<hidden>'),
      ),
    );
  });

  it('gives a module with which the pipeline is checked and deployed', async () => {
    const backend = join(repositoryRoot, 'packages/backend/src');
    const index = readFileSync(join(backend, 'index.ts'), 'utf8')
      .replaceAll("'./", `'${relative(app, backend)}/`)
      .replace(
        'backend.start();',
        `${file('packages/backend/src/index.ts')}\nbackend.start();`,
      );
    writeFileSync(join(app, 'index.ts'), index);
    portal = await Portal.create({
      entry: join(app, 'index.ts'),
      env: {
        APP_CONFIG_mlPipelines_local_pythonPath: JSON.stringify(env.PYTHON),
      },
    });
    const { items } = await portal.api.listNodeTypes();
    assert.equal(
      items.find(({ id }) => id === 'mask-text')?.title,
      'Mask text',
    );

    const yaml = file('masked.yaml');
    const problems = async (text: string) =>
      (await portal!.api.validate({ yaml: text })).problems.map(
        ({ code, severity, node, parameter }) =>
          [severity, code, node, parameter].join(' '),
      );
    const errors = async (text: string) =>
      (await problems(text)).filter(text_ => text_.startsWith('error'));
    assert.deepEqual(await errors(yaml), []);
    assert.deepEqual(await errors(yaml.replace('[email, ipv4]', '[phone]')), [
      'error schema.invalid_value mask what',
    ]);
    assert.ok(
      (await problems(yaml.replace("'<hidden>'", "'a@b'"))).includes(
        'warning mask-text.looksLikeAddress mask replacement',
      ),
    );

    const parsed = parsePipelineYaml(
      yaml.replace('/var/log/auth.log', join(app, 'auth.log')),
    );
    await deployed(portal, parsed.document as never);
    await eventually(
      async () => {
        const found = await portal!.api.listAnomalies('masked');
        assert.ok(found.items.length > 0);
        for (const { line } of found.items) {
          assert.doesNotMatch(line, /\b\d+\.\d+\.\d+\.\d+\b/);
        }
      },
      { seconds: 60, what: 'masked anomalies' },
    );
  });
});
