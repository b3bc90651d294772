// @ts-check

/**
 * What people do with alerts: their history, acknowledgements, silences,
 * subscriptions, and messages to stakeholders.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('ml_alerts', table => {
    table.string('operator', 1).notNullable().defaultTo('>');
    table
      .boolean('measured')
      .notNullable()
      .defaultTo(true)
      .comment('False: it fires because nothing is measured');
    table.string('acknowledged_at', 32);
    table.string('acknowledged_by', 255);
    table.text('acknowledge_comment');
    table
      .integer('flaps')
      .notNullable()
      .defaultTo(0)
      .comment('How often it fired again soon after it was resolved');
    table
      .string('notify_at', 32)
      .comment('When somebody has to be told next; null: never');
    table
      .string('told_state', 16)
      .comment('What was told last: firing or resolved');
    table.string('told_at', 32);
    table
      .string('held_by', 36)
      .comment('Silence that keeps a notification back');
    table.text('evidence').comment('JSON: anomalies around the time it fired');
    table.index(['notify_at'], 'ml_alerts_notify_idx');
    table.index(['state', 'started_at'], 'ml_alerts_state_idx');
  });

  await knex.schema.createTable('ml_alert_events', table => {
    table.comment('History of each alert');
    table.increments('ordinal');
    table
      .string('alert', 36)
      .notNullable()
      .references('id')
      .inTable('ml_alerts')
      .onDelete('CASCADE');
    table.string('at', 32).notNullable();
    table.string('type', 16).notNullable();
    table.string('by', 255);
    table.text('text');
    table.index(['alert', 'ordinal'], 'ml_alert_events_alert_idx');
  });

  await knex.schema.createTable('ml_silences', table => {
    table.comment('Alerts of which nobody is notified for a while');
    table.string('id', 36).primary();
    table
      .string('pipeline', 40)
      .notNullable()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.string('rule', 63).comment('Null: every rule of the pipeline');
    table.text('comment').notNullable();
    table.string('created_by', 255).notNullable();
    table.string('created_at', 32).notNullable();
    table.string('ends_at', 32).notNullable();
    table.index(['pipeline', 'ends_at'], 'ml_silences_pipeline_idx');
  });

  await knex.schema.createTable('ml_subscriptions', table => {
    table.comment('Users who want to be told of the alerts of a pipeline');
    table
      .string('pipeline', 40)
      .notNullable()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.string('user', 255).notNullable();
    table.string('created_at', 32).notNullable();
    table.primary(['pipeline', 'user']);
  });

  await knex.schema.createTable('ml_messages', table => {
    table.comment('Who sent messages to stakeholders lately, to limit them');
    table.increments('ordinal');
    table.string('sender', 255).notNullable();
    table.string('at', 32).notNullable();
    table.index(['sender', 'at'], 'ml_messages_sender_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('ml_messages');
  await knex.schema.dropTable('ml_subscriptions');
  await knex.schema.dropTable('ml_silences');
  await knex.schema.dropTable('ml_alert_events');
  await knex.schema.alterTable('ml_alerts', table => {
    table.dropIndex(['state', 'started_at'], 'ml_alerts_state_idx');
    table.dropIndex(['notify_at'], 'ml_alerts_notify_idx');
  });
  await knex.schema.alterTable('ml_alerts', table => {
    table.dropColumns(
      'operator',
      'measured',
      'acknowledged_at',
      'acknowledged_by',
      'acknowledge_comment',
      'flaps',
      'notify_at',
      'told_state',
      'told_at',
      'held_by',
      'evidence',
    );
  });
};
