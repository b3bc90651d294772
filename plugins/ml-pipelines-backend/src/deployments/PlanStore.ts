import type { Knex } from 'knex';
import type { Encryption } from '../encryption/Encryption';
import { endedBefore } from './endedBefore';

/** What must still be so for a saved plan to be applied. */
export interface PlanBasis {
  /** Lineage and serial of the state that it was made from; absent without a state. */
  lineage?: string;
  serial: number;
  /** Digest of everything else that goes in: target configuration, secrets version. */
  inputs: string;
  terraformVersion: string;
}

/** A plan as Terraform saved it, with the files that it belongs to. */
export interface SavedPlan {
  plan: Buffer;
  /** Content by name relative to the working directory: configuration, provider locks. */
  files: Record<string, string>;
  basis: PlanBasis;
  hasChanges: boolean;
  createdAt: string;
}

interface PlanRow {
  deployment: string;
  plan: Buffer;
  configuration: string;
  basis: string;
  has_changes: boolean | number;
  created_at: string;
}

const TABLE = 'deployment_plans';

/** Keeps the plan of each open deployment, encrypted: plan files hold sensitive values in clear. */
export class PlanStore {
  constructor(
    private readonly knex: Knex,
    private readonly encryption: Encryption,
  ) {}

  async save(deployment: string, plan: SavedPlan): Promise<void> {
    const context = `deployment-plan:${deployment}`;
    await this.knex<PlanRow>(TABLE)
      .insert({
        deployment,
        plan: this.encryption.encrypt(plan.plan, context),
        configuration: this.encryption.encryptText(
          JSON.stringify(plan.files),
          context,
        ),
        basis: JSON.stringify(plan.basis),
        has_changes: plan.hasChanges,
        created_at: plan.createdAt,
      })
      .onConflict('deployment')
      .merge();
  }

  async get(deployment: string): Promise<SavedPlan | undefined> {
    const context = `deployment-plan:${deployment}`;
    const row = await this.knex<PlanRow>(TABLE).where({ deployment }).first();
    return (
      row && {
        plan: this.encryption.decrypt(row.plan, context),
        files: JSON.parse(
          this.encryption.decryptText(row.configuration, context),
        ),
        basis: JSON.parse(row.basis),
        hasChanges: Boolean(row.has_changes),
        createdAt: row.created_at,
      }
    );
  }

  /** Removes plans that deployments which ended before a time (ISO 8601) left behind. @returns how many */
  async deleteEndedBefore(time: string): Promise<number> {
    return this.knex<PlanRow>(TABLE)
      .whereIn('deployment', endedBefore(this.knex, time))
      .delete();
  }

  async delete(deployment: string): Promise<void> {
    await this.knex<PlanRow>(TABLE).where({ deployment }).delete();
  }
}
