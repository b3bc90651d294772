// Runs the portal in the foreground: starts the backend, says where it is once
// it answers, and on Ctrl-C stops it and every pipeline of the local target,
// which come back at the next start.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const port = Number(process.env.PORT ?? 7007);
const baseUrl = `http://localhost:${port}`;
const dataDir =
  process.env.ML_PIPELINES_DATA_DIR ?? resolve(root, 'var/ml-pipelines');
const databaseDir =
  process.env.ML_PIPELINES_DATABASE_DIR ?? resolve(root, 'var/database');
const workingDir = resolve(root, 'var/scaffolder');
for (const dir of [dataDir, databaseDir, workingDir]) {
  mkdirSync(dir, { recursive: true });
}

const config = (key, value) => ({
  [`APP_CONFIG_${key.replaceAll('.', '_')}`]: JSON.stringify(value),
});

const backend = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    '--no-deprecation',
    '--require',
    '@backstage/cli/config/nodeTransform.cjs',
    'src/index.ts',
    '--config',
    '../../app-config.yaml',
    ...process.argv.slice(2),
  ],
  {
    cwd: resolve(root, 'packages/backend'),
    // A group of its own, so that Ctrl-C reaches this script alone, which then
    // stops things in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      ...process.env,
      ...config('app.baseUrl', baseUrl),
      ...config('backend.baseUrl', baseUrl),
      ...config('backend.listen.port', port),
      ...config('backend.database.connection.directory', databaseDir),
      ...config('backend.workingDirectory', workingDir),
      ...config('mlPipelines.dataDir', dataDir),
    },
  },
);

let stopping = false;
function stop(signal) {
  if (stopping) {
    return;
  }
  stopping = true;
  console.log('\n› Stopping the portal and its pipelines');
  backend.kill(signal);
}
process.on('SIGINT', () => stop('SIGINT'));
process.on('SIGTERM', () => stop('SIGTERM'));

backend.on('exit', (code, signal) => {
  spawnSync('mlpipe', ['host', 'down', '--root', resolve(dataDir, 'local')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (stopping) {
    process.exit(0);
  }
  console.error(
    `make: the portal ended by itself (${
      signal ?? `exit code ${code}`
    }); the lines above say why.`,
  );
  process.exit(code || 1);
});

async function announce() {
  const deadline = Date.now() + 180_000;
  while (Date.now() < deadline && !stopping) {
    try {
      const response = await fetch(
        `http://127.0.0.1:${port}/.backstage/health/v1/readiness`,
      );
      if (response.ok) {
        console.log(
          `\n› The portal is up: ${baseUrl}  (Enter as a guest; Ctrl-C stops it and its pipelines)\n`,
        );
        return;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise(done => setTimeout(done, 300));
  }
}
announce();
