import {
  canTransition,
  DEPLOYMENT_STATES,
  DeploymentState,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { PinnedModel } from '../models/ServedModels';
import { claimDeployment, selectCandidates } from './claimQueries';
import { databaseNow } from './databaseClock';
import type { DeploymentPatch, DeploymentRecord } from './DeploymentRecord';
import {
  DeploymentRow,
  NO_LEASE,
  patchColumns,
  toDeploymentRecord,
} from './deploymentRow';
import {
  ClaimCandidate,
  ClaimOptions,
  ClaimRef,
  DeploymentStore,
  LeaseLostError,
  NewDeployment,
} from './DeploymentStore';

const TABLE = 'deployments';
/** Successful deployments that say what is usual. */
const RECENT = 20;

const OPEN_STATES = DEPLOYMENT_STATES.filter(state => !isTerminalState(state));

/** {@link DeploymentStore} in the plugin's database: PostgreSQL or SQLite. */
export class DatabaseDeploymentStore implements DeploymentStore {
  constructor(private readonly knex: Knex) {}

  async create(deployment: NewDeployment): Promise<DeploymentRecord> {
    const now = new Date().toISOString();
    await this.knex<DeploymentRow>(TABLE)
      .insert({
        id: deployment.id,
        pipeline: deployment.pipeline,
        action: deployment.action,
        revision: deployment.revision,
        target: deployment.target,
        release: deployment.release,
        state: 'queued',
        options: JSON.stringify(deployment.options),
        model_digest: deployment.options.model?.digest ?? null,
        idempotency_key: deployment.idempotencyKey ?? null,
        created_by: deployment.createdBy,
        created_at: now,
        updated_at: now,
        history: JSON.stringify([{ state: 'queued', at: now, attempt: 0 }]),
      })
      .onConflict(['pipeline', 'idempotency_key'])
      .ignore();
    const row = await this.knex<DeploymentRow>(TABLE)
      .where(
        deployment.idempotencyKey
          ? {
              pipeline: deployment.pipeline,
              idempotency_key: deployment.idempotencyKey,
            }
          : { id: deployment.id },
      )
      .first();
    if (!row) {
      throw new Error(`Deployment ${deployment.id} was not stored`);
    }
    return toDeploymentRecord(row);
  }

  async get(id: string): Promise<DeploymentRecord | undefined> {
    const row = await this.knex<DeploymentRow>(TABLE).where({ id }).first();
    return row && toDeploymentRecord(row);
  }

  async list(
    pipeline: string,
    page: { offset: number; limit: number; since?: string },
  ): Promise<{ items: DeploymentRecord[]; totalItems: number }> {
    const matching = () =>
      this.knex<DeploymentRow>(TABLE)
        .where({ pipeline })
        .modify(query => {
          if (page.since) {
            query.where('created_at', '>=', page.since);
          }
        });
    const [rows, count] = await Promise.all([
      matching()
        .orderBy('ordinal', 'desc')
        .offset(page.offset)
        .limit(page.limit),
      matching().count({ total: '*' }).first(),
    ]);
    return {
      items: rows.map(toDeploymentRecord),
      totalItems: Number(count?.total ?? 0),
    };
  }

  async listOpen(pipeline?: string): Promise<DeploymentRecord[]> {
    const rows = await this.knex<DeploymentRow>(TABLE)
      .whereIn('state', OPEN_STATES)
      .modify(query => {
        if (pipeline) {
          query.where({ pipeline });
        }
      })
      .orderBy('ordinal');
    return rows.map(toDeploymentRecord);
  }

  async lastModel(pipeline: string): Promise<PinnedModel | undefined> {
    const row = await this.knex<DeploymentRow>(TABLE)
      .where({ pipeline, action: 'deploy', state: 'succeeded' })
      .orderBy('ordinal', 'desc')
      .first();
    return row && toDeploymentRecord(row).options.model;
  }

  async lastRevisionOn(
    pipeline: string,
    target: string,
  ): Promise<number | undefined> {
    const row = await this.knex<DeploymentRow>(TABLE)
      .where({ pipeline, target, action: 'deploy' })
      .orderBy('ordinal', 'desc')
      .first('revision');
    return row?.revision;
  }

  async recentDurations(
    like: Pick<DeploymentRecord, 'pipeline' | 'target' | 'action'>,
    state: DeploymentState,
  ): Promise<number[]> {
    const successful = this.knex<DeploymentRow>(TABLE)
      .where({ target: like.target, action: like.action, state: 'succeeded' })
      .orderBy('ordinal', 'desc')
      .limit(RECENT);
    const own = await successful
      .clone()
      .where({ pipeline: like.pipeline })
      .select('history');
    // A new pipeline behaves like the others on its target.
    const rows = own.length > 0 ? own : await successful.select('history');
    return rows.flatMap(row =>
      durationsOf(
        JSON.parse(row.history) as DeploymentRecord['history'],
        state,
      ),
    );
  }

  async claimCandidates(limit: number): Promise<ClaimCandidate[]> {
    return selectCandidates(this.knex, limit);
  }

  async claim(options: ClaimOptions): Promise<DeploymentRecord | undefined> {
    return claimDeployment(this.knex, options);
  }

  async renew(
    claim: ClaimRef,
    leaseSeconds: number,
  ): Promise<{ cancelRequested: boolean } | undefined> {
    const [row] = await this.knex<DeploymentRow>(TABLE)
      .where({ id: claim.id, lease_owner: claim.owner })
      .update({
        lease_expires_at: this.knex.raw('? + ?', [
          databaseNow(this.knex),
          leaseSeconds * 1000,
        ]),
      })
      .returning('cancel_requested');
    return row && { cancelRequested: Boolean(row.cancel_requested) };
  }

  async release(
    claim: ClaimRef,
    options: { reserveForHostSeconds?: number } = {},
  ): Promise<void> {
    await this.knex<DeploymentRow>(TABLE)
      .where({ id: claim.id, lease_owner: claim.owner })
      .update(
        options.reserveForHostSeconds
          ? {
              lease_process: '',
              lease_expires_at: this.knex.raw('? + ?', [
                databaseNow(this.knex),
                options.reserveForHostSeconds * 1000,
              ]),
            }
          : NO_LEASE,
      );
  }

  async update(
    claim: ClaimRef,
    patch: DeploymentPatch,
  ): Promise<DeploymentRecord> {
    const [row] = await this.knex<DeploymentRow>(TABLE)
      .where({ id: claim.id, lease_owner: claim.owner })
      .update({ ...patchColumns(patch), updated_at: new Date().toISOString() })
      .returning('*');
    if (!row) {
      throw new LeaseLostError(claim.id);
    }
    return toDeploymentRecord(row);
  }

  async transition(
    claim: ClaimRef,
    to: DeploymentState,
    patch: DeploymentPatch = {},
  ): Promise<DeploymentRecord> {
    const current = await this.get(claim.id);
    if (current?.lease?.owner !== claim.owner) {
      throw new LeaseLostError(claim.id);
    }
    const changed = await this.changeState(current, to, patch, {
      lease_owner: claim.owner,
    });
    if (!changed) {
      throw new LeaseLostError(claim.id);
    }
    return changed;
  }

  async requestCancel(id: string): Promise<DeploymentRecord | undefined> {
    const [row] = await this.knex<DeploymentRow>(TABLE)
      .where({ id })
      .whereIn('state', OPEN_STATES)
      .update({ cancel_requested: true, updated_at: new Date().toISOString() })
      .returning('*');
    return row && toDeploymentRecord(row);
  }

  async transitionIdle(
    id: string,
    from: Array<'queued' | 'awaiting_approval'>,
    to: DeploymentState,
    patch: DeploymentPatch = {},
  ): Promise<DeploymentRecord | undefined> {
    const current = await this.get(id);
    if (!current || !from.some(state => state === current.state)) {
      return undefined;
    }
    return this.changeState(current, to, patch, {});
  }

  private async changeState(
    current: DeploymentRecord,
    to: DeploymentState,
    patch: DeploymentPatch,
    condition: Partial<DeploymentRow>,
  ): Promise<DeploymentRecord | undefined> {
    if (!canTransition(current.state, to)) {
      throw new Error(
        `Deployment ${current.id} cannot go from ${current.state} to ${to}`,
      );
    }
    const at = new Date().toISOString();
    const attempt = patch.attempt ?? current.attempt;
    const [row] = await this.knex<DeploymentRow>(TABLE)
      .where({ id: current.id, state: current.state, ...condition })
      .update({
        wait: null,
        ...patchColumns(patch),
        state: to,
        history: JSON.stringify([
          ...current.history,
          { state: to, at, attempt },
        ]),
        updated_at: at,
        ...(isTerminalState(to) ? { finished_at: at } : {}),
        ...(isTerminalState(to) || to === 'awaiting_approval' ? NO_LEASE : {}),
      })
      .returning('*');
    return row && toDeploymentRecord(row);
  }
}

/** How long each stay in a state took. */
function durationsOf(
  history: DeploymentRecord['history'],
  state: DeploymentState,
): number[] {
  return history.flatMap((entry, index) => {
    const next = history[index + 1];
    return entry.state === state && next
      ? [(Date.parse(next.at) - Date.parse(entry.at)) / 1000]
      : [];
  });
}
