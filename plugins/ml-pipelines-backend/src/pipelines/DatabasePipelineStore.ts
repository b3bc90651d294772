import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import {
  DEPLOYMENT_STATES,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  DeploymentState,
  PipelineDetail,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type {
  PipelineFilter,
  PipelineResource,
} from '../permissions/PipelineResource';
import { dropRuns } from '../runs/dropRuns';
import { applyFilter } from './applyFilter';
import { listPipelines, statusRank } from './listPipelines';
import type {
  DeployedPipeline,
  DeployedState,
  ExpectedDeployment,
  PipelineListQuery,
  PipelineStatusPatch,
  PipelineStore,
  SaveRevision,
} from './PipelineStore';
import { PipelineRow, RevisionRow, toDetail, toRevision } from './rows';
import { saveRevision } from './saveRevision';

/** What was seen of pipelines while they ran, by their names. */
const HISTORY = [
  'ml_samples',
  'ml_sample_cursors',
  'ml_alerts',
  'model_marks',
  'pipeline_openapi',
  'pipeline_stacks',
  'run_schedules',
];

/** Terraform state of stacks. */
const STATE_TABLES = [
  'terraform_state_versions',
  'terraform_state_locks',
  'terraform_state_tokens',
];

const ENDED_STATES = DEPLOYMENT_STATES.filter(isTerminalState);

/** How often a save starts over after another writer was first. */
const SAVE_ATTEMPTS = 10;

/** Keeps pipelines in the plugin's database, SQLite or PostgreSQL. */
export class DatabasePipelineStore implements PipelineStore {
  constructor(private readonly knex: Knex) {}

  list(query: PipelineListQuery, filter?: PipelineFilter) {
    return listPipelines(this.knex, query, filter);
  }

  async get(name: string): Promise<PipelineDetail | undefined> {
    const row = await this.knex('pipelines')
      .join('pipeline_revisions', join =>
        join
          .on('pipeline_revisions.pipeline', 'pipelines.name')
          .andOn('pipeline_revisions.revision', 'pipelines.revision'),
      )
      .where('pipelines.name', name)
      .first<PipelineRow & { document: string }>(
        'pipelines.*',
        'pipeline_revisions.document',
      );
    return row && toDetail(row, row.document);
  }

  async resources(
    names: string[],
  ): Promise<Array<PipelineResource | undefined>> {
    const rows = await this.knex<PipelineRow>('pipelines')
      .whereIn('name', names)
      .select('name', 'owner', 'target');
    const byName = new Map(rows.map(row => [row.name, row]));
    return names.map(name => byName.get(name));
  }

  async save(revision: SaveRevision) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.knex.transaction(tx => saveRevision(tx, revision));
      } catch (error) {
        if (attempt === SAVE_ATTEMPTS || !isDatabaseConflictError(error)) {
          throw error;
        }
      }
    }
  }

  async listRevisions(name: string): Promise<Revision[]> {
    const rows = await this.knex<RevisionRow>('pipeline_revisions')
      .where({ pipeline: name })
      .orderBy('revision', 'desc')
      .select('*');
    return rows.map(toRevision);
  }

  async getRevision(
    name: string,
    revision: number,
  ): Promise<Revision | undefined> {
    const row = await this.knex<RevisionRow>('pipeline_revisions')
      .where({ pipeline: name, revision })
      .first('*');
    return row && toRevision(row);
  }

  async delete(name: string): Promise<boolean> {
    // The condition is part of the statement, so that a deployment that
    // finishes at the same moment is either seen or comes too late to exist.
    const deleted = await this.knex.transaction(async tx => {
      const count = await tx<PipelineRow>('pipelines')
        .where({ name })
        .whereNull('deployed_revision')
        .delete();
      if (count > 0) {
        await dropHistory(tx, name);
      }
      return count > 0;
    });
    if (deleted) {
      return true;
    }
    const row = await this.knex<PipelineRow>('pipelines')
      .where({ name })
      .first('deployed_revision', 'deployed_target');
    if (row) {
      throw new ConflictError(
        `Pipeline "${name}" is deployed: revision ${row.deployed_revision} on target "${row.deployed_target}". Remove it from its target first.`,
      );
    }
    return false;
  }

  async forget(name: string): Promise<boolean> {
    return this.knex.transaction(async tx => {
      const [open] = await tx('deployments')
        .where({ pipeline: name })
        .whereNotIn('state', ENDED_STATES)
        .select('id');
      if (open) {
        throw new ConflictError(
          `Deployment ${open.id} of pipeline "${name}" is under way. Wait for it, or cancel it.`,
        );
      }
      const stacks = await tx('pipeline_stacks')
        .where({ pipeline: name })
        .pluck('stack_id');
      const count = await tx<PipelineRow>('pipelines').where({ name }).delete();
      if (count === 0) {
        return false;
      }
      for (const table of STATE_TABLES) {
        await tx(table).whereIn('stack_id', stacks).delete();
      }
      await dropHistory(tx, name);
      // Their logs and plans go with them.
      await tx('deployments').where({ pipeline: name }).delete();
      return true;
    });
  }

  async updateStatus(
    name: string,
    patch: PipelineStatusPatch,
    whileDeployed?: ExpectedDeployment,
  ) {
    const columns: Partial<PipelineRow> = {
      status: patch.status,
      status_rank: patch.status && statusRank(patch.status),
      status_reason: patch.statusReason,
      requests_per_second: patch.requestsPerSecond,
      latency_p95_ms: patch.latencyP95Ms,
      error_rate_percent: patch.errorRatePercent,
      firing_alerts: patch.firingAlerts,
    };
    const given = Object.fromEntries(
      Object.entries(columns).filter(([, value]) => value !== undefined),
    );
    if (Object.keys(given).length === 0) {
      return { changed: false };
    }
    const before = await this.knex<PipelineRow>('pipelines')
      .where({ name })
      .first('status', 'status_reason', 'firing_alerts');
    const updated = await this.knex<PipelineRow>('pipelines')
      .where({
        name,
        ...(whileDeployed && {
          deployed_revision: whileDeployed.revision,
          status: whileDeployed.status,
        }),
      })
      .update(given);
    return {
      changed:
        updated > 0 &&
        before !== undefined &&
        ((patch.status !== undefined && patch.status !== before.status) ||
          (patch.statusReason !== undefined &&
            patch.statusReason !== before.status_reason) ||
          (patch.firingAlerts !== undefined &&
            patch.firingAlerts !== before.firing_alerts)),
    };
  }

  async setDeployed(name: string, deployed: DeployedState): Promise<void> {
    const gone = deployed.revision === null;
    await this.knex<PipelineRow>('pipelines')
      .where({ name })
      .update({
        deployed_revision: deployed.revision,
        deployed_target: gone ? null : deployed.target ?? null,
        endpoint: gone ? null : deployed.endpoint ?? null,
        // What is not there has no rates any more.
        ...(gone && {
          requests_per_second: null,
          latency_p95_ms: null,
          error_rate_percent: null,
          firing_alerts: 0,
        }),
      });
  }

  async setLastDeployment(
    name: string,
    deployment: { id: string; state: DeploymentState; at: string },
  ): Promise<void> {
    await this.knex<PipelineRow>('pipelines').where({ name }).update({
      last_deployment_id: deployment.id,
      last_deployment_state: deployment.state,
      last_deployment_at: deployment.at,
    });
  }

  async listDeployed(
    target?: string,
    filter?: PipelineFilter,
  ): Promise<DeployedPipeline[]> {
    const query = this.knex<PipelineRow>('pipelines')
      .whereNotNull('deployed_revision')
      .orderBy('name');
    if (target !== undefined) {
      query.where('deployed_target', target);
    }
    if (filter) {
      query.where(inner => applyFilter(inner, filter));
    }
    const rows = await query.select(
      'name',
      'owner',
      'target',
      'deployed_target',
      'deployed_revision',
      'endpoint',
      'status',
    );
    return rows.map(row => ({
      name: row.name,
      owner: row.owner,
      target: row.deployed_target ?? row.target,
      revision: Number(row.deployed_revision),
      endpoint: row.endpoint ?? undefined,
      status: row.status,
    }));
  }

  async countDeployed(): Promise<Map<string, number>> {
    const rows = await this.knex<PipelineRow>('pipelines')
      .whereNotNull('deployed_target')
      .groupBy('deployed_target')
      .select('deployed_target')
      .count({ count: '*' });
    return new Map(
      rows.map(row => [String(row.deployed_target), Number(row.count)]),
    );
  }

  async usersOfSecret(secret: string): Promise<string[]> {
    const references = 'pipeline_secret_references';
    const rows = await this.knex('pipelines')
      .join(references, join =>
        join
          .on(`${references}.pipeline`, 'pipelines.name')
          .andOn(current =>
            current
              .on(`${references}.revision`, 'pipelines.revision')
              .orOn(`${references}.revision`, 'pipelines.deployed_revision'),
          ),
      )
      .where(`${references}.secret`, secret)
      .distinct<Array<{ name: string }>>('pipelines.name')
      .orderBy('pipelines.name');
    return rows.map(row => row.name);
  }
}

/** Deletes what was seen of a pipeline while it ran. */
async function dropHistory(tx: Knex.Transaction, name: string): Promise<void> {
  for (const table of HISTORY) {
    await tx(table).where({ pipeline: name }).delete();
  }
  await dropRuns(tx, query => query.where({ pipeline: name }));
}
