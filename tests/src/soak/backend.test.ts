import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { repositoryRoot } from '../support/portal';

/** Runs tests of the backend with more to do than in `make test`; returns what they print. */
async function backendTests(
  pattern: string,
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(
    join(repositoryRoot, 'scripts/with-postgres.sh'),
    ['yarn', 'backstage-cli', 'package', 'test', '--watchAll=false', pattern],
    {
      cwd: join(repositoryRoot, 'plugins/ml-pipelines-backend'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CI: 'true',
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
        // Node tells its children that they are tests of this runner.
        NODE_TEST_CONTEXT: undefined,
        ...env,
      },
    },
  );
  let output = '';
  child.stdout.on('data', text => (output += text));
  child.stderr.on('data', text => (output += text));
  const code = await new Promise(done => child.once('close', done));
  assert.equal(code, 0, output.slice(-8_000));
  assert.match(output, /Tests: +[1-9]\d* passed/);
  return output;
}

it('converges after 40 deployments with kills at random', async t => {
  const output = await backendTests('executor/chaos', {
    CHAOS_ROUNDS: process.env.CHAOS_ROUNDS ?? '40',
  });
  t.diagnostic(/^.*converges after each.*$/m.exec(output)?.[0].trim() ?? '');
});

it('answers with charts of a day of 50 pipelines within a second', async t => {
  const output = await backendTests('DatabaseSampleStore', {
    SAMPLES_PIPELINES: '50',
  });
  for (const [line] of output.matchAll(/^.*charts in \d+ ms$/gm)) {
    t.diagnostic(line);
  }
});
