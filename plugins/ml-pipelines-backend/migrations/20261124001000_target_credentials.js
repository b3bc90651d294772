// @ts-check

/**
 * Credentials of targets, apart from their configuration: they are written and
 * replaced on their own, and nobody reads them.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('target_credentials', table => {
    table.comment('What targets are reached with; may precede its target');
    table.string('target', 63).primary();
    table.string('kind', 63).notNullable().comment('Of the target');
    table.text('value').notNullable().comment('JSON, encrypted');
    table.integer('version').notNullable().comment('From 1');
    table.string('updated_by', 255).notNullable();
    table.string('updated_at', 24).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('target_credentials');
};
