/*
 * Samples of the embedded sampler, its cursors, and alerts.
 */

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('ml_samples', table => {
    table.comment('What pipelines did between two scrapes; kept for a day');
    table.string('pipeline', 63).notNullable();
    table.bigInteger('at_ms').notNullable().comment('End of the interval');
    table.double('seconds').notNullable().comment('Length of the interval');
    table.text('data').notNullable().comment('JSON: see Sample');
    table.primary(['pipeline', 'at_ms']);
    table.index('at_ms', 'ml_samples_at_idx');
  });
  await knex.schema.createTable('ml_sample_cursors', table => {
    table.comment('Last scrape of each pipeline, to take differences from');
    table.string('pipeline', 63).primary();
    table.bigInteger('at_ms').notNullable();
    table.text('snapshot').notNullable().comment('JSON: see Snapshot');
  });
  await knex.schema.createTable('ml_alerts', table => {
    table.comment('Alerts that are pending, firing, or were');
    table.string('id', 36).primary();
    table.string('pipeline', 63).notNullable();
    table.string('rule', 63).notNullable();
    table.string('metric', 63).notNullable();
    table.string('severity', 16).notNullable();
    table.string('state', 16).notNullable();
    table.text('summary').notNullable();
    table.string('node', 63);
    table.double('value').notNullable();
    table.double('threshold').notNullable();
    table.string('started_at', 32).notNullable();
    table.string('fired_at', 32);
    table.string('resolved_at', 32);
    table
      .string('open_key', 140)
      .unique()
      .comment('pipeline/rule while it is open: one open alert per rule');
    table.index(['pipeline', 'started_at'], 'ml_alerts_pipeline_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('ml_alerts');
  await knex.schema.dropTable('ml_sample_cursors');
  await knex.schema.dropTable('ml_samples');
};
