// @ts-check

/**
 * What pipelines did and cost, by the hour, kept far longer than samples.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('ml_usage_clock', table => {
    table.comment('One row: how far samples and deployments were counted');
    table.integer('id').primary();
    table.bigInteger('since_ms').notNullable().comment('No figures before');
    table.bigInteger('counted_ms').notNullable().comment('Counted until then');
    table.bigInteger('looked_ms').comment('Start of the last round of looks');
  });
  await knex.schema.createTable('ml_meters', table => {
    table.comment(
      'Meter of each pipeline, and what its deployed revision asks for',
    );
    table
      .string('pipeline', 40)
      .primary()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.text('total').notNullable().comment('JSON: everything so far');
    table
      .bigInteger('hour')
      .notNullable()
      .comment('Hour that was counted last, epoch seconds');
    table.integer('revision').comment('That the columns below come from');
    table.text('compute').comment('JSON');
    table.text('objectives').comment('JSON');
    table
      .text('estimate')
      .comment("JSON: the driver's price, for targets without a rate card");
  });
  await knex.schema.createTable('ml_usage', table => {
    table.comment(
      'Steps of an hour, six hours and a day (UTC): readings and differences',
    );
    table
      .string('pipeline', 40)
      .notNullable()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.integer('step').notNullable().comment('Length in seconds');
    table.integer('start').notNullable().comment('Epoch seconds');
    table
      .text('total')
      .notNullable()
      .comment('JSON: reading of the meter at the end of the step');
    table.double('requests').notNullable();
    table.double('errors').notNullable();
    table.double('up_seconds').notNullable();
    table.double('wanted_seconds').notNullable();
    table.string('currency', 3).comment('Of the cost; the newest one');
    table.double('cost').notNullable();
    table.primary(['pipeline', 'step', 'start']);
    // Sums over many pipelines read this index and nothing else.
    table.index(
      [
        'step',
        'start',
        'currency',
        'requests',
        'errors',
        'up_seconds',
        'wanted_seconds',
        'cost',
        'pipeline',
      ],
      'ml_usage_sums_idx',
    );
  });
  await knex.schema.alterTable('deployments', table => {
    table.index(['created_at'], 'deployments_created_at_idx');
    table.index(['finished_at'], 'deployments_finished_at_idx');
  });
  await knex.schema.alterTable('ml_alerts', table => {
    table.index(['fired_at'], 'ml_alerts_fired_at_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('ml_alerts', table => {
    table.dropIndex(['fired_at'], 'ml_alerts_fired_at_idx');
  });
  await knex.schema.alterTable('deployments', table => {
    table.dropIndex(['finished_at'], 'deployments_finished_at_idx');
    table.dropIndex(['created_at'], 'deployments_created_at_idx');
  });
  await knex.schema.dropTable('ml_usage');
  await knex.schema.dropTable('ml_meters');
  await knex.schema.dropTable('ml_usage_clock');
};
