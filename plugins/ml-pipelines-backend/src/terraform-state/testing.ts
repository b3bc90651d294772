import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { AttemptGuard } from './AttemptGuard';

const MIGRATION = resolvePackagePath(
  '@mlpipe/plugin-ml-pipelines-backend',
  'migrations',
  '20261124000200_terraform_state.js',
);

/** The migration of this folder, to run it up and down by itself. */
export function terraformStateMigration(): {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
} {
  return require(MIGRATION);
}

/** Leases that a test takes away. */
export class FakeAttemptGuard implements AttemptGuard {
  private readonly stale = new Set<string>();

  /** The attempt loses its lease. */
  replace(attemptId: string): void {
    this.stale.add(attemptId);
  }

  async isCurrent(attemptId: string): Promise<boolean> {
    return !this.stale.has(attemptId);
  }
}

/** A state document as Terraform writes it. */
export function stateDocument(
  serial: number,
  options: { lineage?: string; secret?: string } = {},
): Buffer {
  return Buffer.from(
    JSON.stringify({
      version: 4,
      terraform_version: '1.11.4',
      serial,
      lineage: options.lineage ?? 'lineage-1',
      outputs: { secret: { value: options.secret ?? '', type: 'string' } },
      resources: [],
      check_results: null,
    }),
  );
}
