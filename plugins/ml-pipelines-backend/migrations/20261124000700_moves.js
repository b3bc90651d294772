// @ts-check

/**
 * One Terraform stack for a pipeline and a target, so that a pipeline can come
 * up on another target before it is taken off the old one; where a revision
 * came from; how far a pipeline is on its way into use.
 *
 * Stacks that exist keep their id, because their states are encrypted for it:
 * they belong to the target that the pipeline runs on, or was deployed to
 * last.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pipeline_stacks', table => {
    table.comment('Terraform stacks: what a pipeline has on a target');
    table.string('pipeline', 63).notNullable();
    table.string('target', 63).notNullable();
    table.string('stack_id', 255).notNullable().unique();
    table.primary(['pipeline', 'target']);
    table.index(['target'], 'pipeline_stacks_target_idx');
  });
  await knex.schema.alterTable('pipeline_revisions', table => {
    table
      .text('origin')
      .nullable()
      .comment('JSON: kind, pipeline, revision that it was made from');
  });
  await knex.schema.alterTable('pipelines', table => {
    table.string('lifecycle', 16).nullable().comment('Of the newest revision');
  });

  const pipelines = await knex('pipelines').select(
    'name',
    'target',
    'deployed_target',
  );
  for (const { name, target, deployed_target: deployed } of pipelines) {
    const stackId = `pipeline--${name}`;
    const state = await knex('terraform_state_versions')
      .where({ stack_id: stackId })
      .first('id');
    const last = await knex('deployments')
      .where({ pipeline: name })
      .orderBy('ordinal', 'desc')
      .first('target');
    if (state || last) {
      await knex('pipeline_stacks').insert({
        pipeline: name,
        target: deployed ?? last?.target ?? target,
        stack_id: stackId,
      });
    }
  }
};

/**
 * States of stacks on a second target stay in the database, but an older
 * portal does not find them: take pipelines off such targets first.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder, which copies the table on SQLite, so that rows
  // that refer to it would go.
  await knex.raw('ALTER TABLE pipelines DROP COLUMN lifecycle');
  await knex.raw('ALTER TABLE pipeline_revisions DROP COLUMN origin');
  await knex.schema.dropTable('pipeline_stacks');
};
