import type { Knex } from 'knex';

/** What a pipeline has on a target, as Terraform sees it. */
export interface PipelineStack {
  pipeline: string;
  target: string;
  /** Id of its state. */
  stackId: string;
}

interface StackRow {
  pipeline: string;
  target: string;
  stack_id: string;
}

const TABLE = 'pipeline_stacks';
const STATES = 'terraform_state_versions';

/**
 * Which Terraform stacks belong to a pipeline: one for each target that it was
 * ever deployed to. They are told apart by target so that it can come up on a
 * new one while it still runs on the old one.
 */
export class PipelineStacks {
  constructor(private readonly knex: Knex) {}

  /** Id of the stack of a pipeline on a target; the same each time. */
  async idOf(pipeline: string, target: string): Promise<string> {
    await this.knex<StackRow>(TABLE)
      .insert({ pipeline, target, stack_id: newStackId(pipeline, target) })
      .onConflict()
      .ignore();
    const row = await this.knex<StackRow>(TABLE)
      .where({ pipeline, target })
      .first();
    if (!row) {
      throw new Error(
        `The Terraform stack of pipeline "${pipeline}" on target "${target}" has an id that another one has already.`,
      );
    }
    return row.stack_id;
  }

  /** All stacks of a pipeline, by target. */
  async list(pipeline: string): Promise<PipelineStack[]> {
    const rows = await this.knex<StackRow>(TABLE)
      .where({ pipeline })
      .orderBy('target');
    return rows.map(toStack);
  }

  /** Those of which Terraform still knows a state. */
  async withState(filter: {
    pipeline?: string;
    target?: string;
  }): Promise<PipelineStack[]> {
    const newest = this.knex(STATES)
      .groupBy('stack_id')
      .select('stack_id')
      .max({ id: 'id' })
      .as('newest');
    const rows: StackRow[] = await this.knex(TABLE)
      .join(newest, 'newest.stack_id', `${TABLE}.stack_id`)
      .join(STATES, `${STATES}.id`, 'newest.id')
      .where(`${STATES}.deleted`, false)
      .modify(query => {
        if (filter.pipeline) {
          query.where(`${TABLE}.pipeline`, filter.pipeline);
        }
        if (filter.target) {
          query.where(`${TABLE}.target`, filter.target);
        }
      })
      .orderBy([`${TABLE}.pipeline`, `${TABLE}.target`])
      .select(`${TABLE}.*`);
    return rows.map(toStack);
  }
}

/** A dot is part of neither name, so that no two pairs have the same id. */
export function newStackId(pipeline: string, target: string): string {
  return `pipeline--${pipeline}.${target}`;
}

function toStack(row: StackRow): PipelineStack {
  return { pipeline: row.pipeline, target: row.target, stackId: row.stack_id };
}
