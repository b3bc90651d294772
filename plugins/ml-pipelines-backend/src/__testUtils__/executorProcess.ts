/**
 * A backend of its own for tests: the real executor, Terraform and state
 * backend on a SQLite file, to be killed. Argument: {@link ExecutorProcessOptions} as JSON.
 */
import { DetachedTerraformRunner } from '@mlpipe/terraform-runner';
import express from 'express';
import Knex from 'knex';
import { createTerraformStateRouter } from '../terraform-state';
import { createTestDeployments } from './createTestDeployments';
import { ProcessTargetDriver } from './ProcessTargetDriver';

export interface ExecutorProcessOptions {
  database: string;
  dataDir: string;
  encryptionKey: string;
  leaseSeconds: number;
  port: number;
  terraform: string;
  world: string;
}

async function main() {
  const options: ExecutorProcessOptions = JSON.parse(process.argv[2]);
  const knex = Knex({
    client: 'better-sqlite3',
    connection: { filename: options.database },
    useNullAsDefault: true,
  });
  const test = createTestDeployments({
    ...options,
    knex,
    driver: new ProcessTargetDriver(options.world),
    runner: new DetachedTerraformRunner({ binary: options.terraform }),
    settings: { leaseSeconds: options.leaseSeconds },
    baseUrl: `http://127.0.0.1:${options.port}/api/ml-pipelines`,
  });
  const { logger, auditor } = test.executorOptions;
  const app = express();
  app.use(
    '/api/ml-pipelines',
    createTerraformStateRouter({ store: test.state, logger, auditor }),
  );
  await new Promise<void>(resolve => {
    app.listen(options.port, '127.0.0.1', () => resolve());
  });
  process.once('SIGTERM', () => {
    test.executor.stop().then(() => process.exit(0));
  });
  await test.executor.start();
  process.stdout.write('ready\n');
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
