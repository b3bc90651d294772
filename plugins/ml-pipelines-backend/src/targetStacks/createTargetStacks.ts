import type {
  AuditorService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { TerraformRunner } from '@mlpipe/terraform-runner';
import type { Knex } from 'knex';
import { join } from 'node:path';
import type { Encryption } from '../encryption/Encryption';
import { AttemptDirectories } from '../executor/AttemptDirectory';
import type { ExecutorSettings } from '../executor/ExecutorOptions';
import { DatabaseTerraformStateStore } from '../terraform-state';
import { TargetAttemptGuard } from './TargetAttemptGuard';
import { TargetStacks } from './TargetStacks';
import { TargetStackStore } from './TargetStackStore';

/** Puts the feature together. */
export function createTargetStacks(options: {
  auditor: AuditorService;
  /** Absolute. */
  dataDir: string;
  discovery: DiscoveryService;
  encryption: Encryption;
  knex: Knex;
  logger: LoggerService;
  runner: TerraformRunner;
  settings: ExecutorSettings;
}): TargetStacks {
  const { knex, encryption, settings } = options;
  const store = new TargetStackStore(knex);
  return new TargetStacks({
    ...options,
    store,
    state: DatabaseTerraformStateStore.create({
      knex,
      encryption,
      // Nothing else writes through this one.
      guard: new TargetAttemptGuard(store, { isCurrent: async () => false }),
    }),
    directories: new AttemptDirectories(join(options.dataDir, 'target-stacks')),
    terraformEnvironment: settings.terraformEnvironment,
    leaseSeconds: settings.leaseSeconds,
  });
}
