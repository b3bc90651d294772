// @ts-check

/**
 * Which model of the artefact store a deployment hands to its workload, so
 * that it is kept while something may start with it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.string('model_digest', 80).comment('Of the model in its options');
    table.index(['model_digest'], 'deployments_model_digest_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX deployments_model_digest_idx');
  // SQLite would copy the table, and with it lose the rows that refer to it.
  await knex.raw('ALTER TABLE deployments DROP COLUMN model_digest');
};
