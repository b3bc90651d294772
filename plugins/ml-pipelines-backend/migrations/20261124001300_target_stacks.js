// @ts-check

/**
 * The Terraform stack of each target, which owns what all of its pipelines
 * need: what of it is applied, and who works on it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('target_stacks', table => {
    table.comment('Terraform stacks of targets');
    table.string('target', 63).primary();
    table
      .string('digest', 64)
      .nullable()
      .comment('SHA-256 of the configuration that was applied last');
    table.text('place').nullable().comment('Where that was');
    table.integer('attempt').notNullable().comment('Counts tries, from 1');
    table.string('lease_owner', 36).nullable();
    table.string('lease_until', 24).nullable();
    table.string('updated_at', 24).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('target_stacks');
};
