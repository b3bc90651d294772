// @ts-check

/**
 * Runs with their lease, their log and what they left in the artefact store,
 * and when the schedule of a pipeline was last looked at.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('runs', table => {
    table.comment('Executions that end: batch scoring, trainings, tests');
    table
      .increments('ordinal')
      .comment('Order of arrival: first in, first out');
    table.string('id', 64).notNullable().unique();
    table.string('pipeline', 63).notNullable();
    table.string('kind', 16).notNullable();
    table.string('cause', 16).notNullable().comment('Its trigger');
    table.string('state', 16).notNullable();
    table
      .integer('revision')
      .notNullable()
      .comment('0: of a document that was not saved');
    table.string('target', 63).notNullable();
    table
      .text('request')
      .notNullable()
      .comment('JSON: what was asked for beyond the revision');
    table
      .boolean('mirrored')
      .notNullable()
      .defaultTo(false)
      .comment('The pipeline itself executes it; the portal only shows it');
    table.string('idempotency_key', 200);
    table.string('created_by', 255);
    table.string('created_at', 32).notNullable();
    table.string('started_at', 32);
    table.string('finished_at', 32);
    table.string('due_at', 32).comment('Of runs of a schedule');
    table.text('progress').comment('JSON');
    table.text('failure').comment('JSON');
    table.text('metrics').notNullable().defaultTo('{}').comment('JSON');
    table.string('model', 64);
    table.string('repeats', 64);
    table.boolean('cancel_requested').notNullable().defaultTo(false);
    table
      .boolean('launched')
      .notNullable()
      .defaultTo(false)
      .comment('The target has taken it');
    table
      .text('outcome')
      .comment('JSON: how it ended, once its files are stored');
    table
      .text('log_cursor')
      .comment("The target's position behind the last stored line");
    table.integer('log_sequence').notNullable().defaultTo(0);
    table.string('lease_owner', 64).comment('Unique per claim');
    table.string('lease_host', 255);
    table
      .string('lease_process', 64)
      .comment('pid and start time on that host');
    table
      .bigInteger('lease_expires_at')
      .comment('Epoch milliseconds by the clock of the database');
    table.unique(['pipeline', 'idempotency_key']);
    // Whichever backend sees first that a schedule is due starts the run.
    table.unique(['pipeline', 'due_at']);
    table.index(['pipeline', 'ordinal']);
    table.index(['state', 'target']);
    table.index(['created_at']);
  });

  await knex.schema.createTable('run_log', table => {
    table.comment('Lines of the log of a run');
    table.string('run', 64).notNullable();
    table.integer('sequence').notNullable();
    table.string('time', 40).notNullable();
    table.string('level', 16).notNullable();
    table.string('node', 63);
    table.text('message').notNullable();
    table.primary(['run', 'sequence']);
    table.foreign('run').references('runs.id').onDelete('CASCADE');
  });

  await knex.schema.createTable('run_artifacts', table => {
    table.comment('Files of the artefact store that a run left or reads');
    table.string('run', 64).notNullable();
    table.string('role', 8).notNullable().comment('output or input');
    table.string('name', 255).notNullable();
    table.string('content_type', 255).notNullable();
    table.bigInteger('size').notNullable().comment('Bytes');
    table.string('digest', 80).notNullable();
    table.primary(['run', 'role', 'name']);
    table.index(['digest']);
    table.foreign('run').references('runs.id').onDelete('CASCADE');
  });

  await knex.schema.createTable('dropped_artifacts', table => {
    table.comment('Files that a deleted run had; gone once nothing needs them');
    table.string('digest', 80).primary();
  });

  await knex.schema.createTable('run_schedules', table => {
    table.comment(
      'Up to when the schedule of a deployed pipeline was followed',
    );
    table.string('pipeline', 63).primary();
    table
      .string('rule', 300)
      .notNullable()
      .comment('JSON: cron and time zone; another one starts afresh');
    table.string('seen_until', 32).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_schedules');
  await knex.schema.dropTable('dropped_artifacts');
  await knex.schema.dropTable('run_artifacts');
  await knex.schema.dropTable('run_log');
  await knex.schema.dropTable('runs');
};
