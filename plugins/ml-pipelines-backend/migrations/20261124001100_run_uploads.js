// @ts-check

/**
 * What runs on other machines send to the portal before they end, how far
 * each of their workers is, and how many workers share a run.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_uploads', table => {
    table.comment('Files that a run has sent and that are not collected yet');
    table.string('run', 64).notNullable();
    table.string('name', 200).notNullable();
    table.string('content_type', 255).notNullable();
    table.bigInteger('size').notNullable().comment('Bytes');
    table.string('digest', 80).notNullable();
    table.string('uploaded_at', 32).notNullable();
    table.primary(['run', 'name']);
    table.index(['digest'], 'run_uploads_digest_idx');
    table.foreign('run').references('runs.id').onDelete('CASCADE');
  });

  await knex.schema.createTable('run_worker_progress', table => {
    table.comment('How far each worker of a run is');
    table.string('run', 64).notNullable();
    table.integer('worker').notNullable().comment('Its index, from 0');
    table.text('progress').notNullable().comment('JSON');
    table.primary(['run', 'worker']);
    table.foreign('run').references('runs.id').onDelete('CASCADE');
  });

  await knex.schema.alterTable('runs', table => {
    table.integer('workers').comment('How many share the work; null for one');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // SQLite would copy the table, and with it lose the rows that refer to it.
  await knex.raw('ALTER TABLE runs DROP COLUMN workers');
  await knex.schema.dropTable('run_worker_progress');
  await knex.schema.dropTable('run_uploads');
};
