// @ts-check

/**
 * Deployments with their lease, their log and their saved plans, and the
 * OpenAPI documents of what was deployed.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('deployments', table => {
    table.comment('One change that brings a revision onto a target or off it');
    table
      .increments('ordinal')
      .comment('Order of arrival: first in, first out');
    table.string('id', 36).notNullable().unique();
    table.string('pipeline', 63).notNullable();
    table.string('action', 16).notNullable();
    table.integer('revision').notNullable();
    table.string('target', 63).notNullable();
    table.string('release', 63).notNullable();
    table.string('state', 32).notNullable();
    table.integer('attempt').notNullable().defaultTo(0);
    table
      .text('options')
      .notNullable()
      .comment('JSON: force, deletePipeline, keepData');
    table.string('idempotency_key', 200);
    table.string('created_by', 255).notNullable();
    table.string('created_at', 32).notNullable();
    table.string('updated_at', 32).notNullable();
    table.string('started_at', 32);
    table.string('finished_at', 32);
    table.text('history').notNullable().comment('JSON: state, at, attempt');
    table
      .text('wait')
      .comment('JSON: reason, since, wayOut of the present state');
    table.text('plan').comment('JSON summary without sensitive values');
    table.text('failure').comment('JSON');
    table.text('cost').comment('JSON: hourly, currency');
    table.text('endpoint');
    table.boolean('cancel_requested').notNullable().defaultTo(false);
    table.string('approved_by', 255);
    table.text('approved_actions').comment('JSON: what the approver saw');
    table.integer('log_sequence').notNullable().defaultTo(0);
    table.string('lease_owner', 64).comment('Unique per claim');
    table.string('lease_host', 255);
    table
      .string('lease_process', 64)
      .comment('pid and start time on that host');
    table
      .bigInteger('lease_expires_at')
      .comment('Epoch milliseconds by the clock of the database');
    table
      .string('attempt_host', 255)
      .comment('Where the directory of the present attempt is');
    table.unique(['pipeline', 'idempotency_key']);
    table.index(['pipeline', 'ordinal']);
    table.index(['state']);
    table.index(['target', 'state']);
  });
  // Whatever the executors believe, one pipeline never has two under way.
  await knex.raw(`
    CREATE UNIQUE INDEX deployments_one_under_way ON deployments (pipeline)
    WHERE state IN ('planning', 'planned', 'awaiting_approval', 'applying', 'verifying')
  `);

  await knex.schema.createTable('deployment_log', table => {
    table.comment('Lines of the log of a deployment');
    table.string('deployment', 36).notNullable();
    table.integer('sequence').notNullable();
    table.string('time', 32).notNullable();
    table.string('level', 16).notNullable();
    table.string('step', 16).notNullable();
    table.text('message').notNullable();
    table.primary(['deployment', 'sequence']);
    table
      .foreign('deployment')
      .references('deployments.id')
      .onDelete('CASCADE');
  });

  await knex.schema.createTable('deployment_plans', table => {
    table.comment('Saved plans, encrypted, until they were applied');
    table.string('deployment', 36).primary();
    table.binary('plan').notNullable().comment('Encrypted plan file');
    table.text('configuration').notNullable().comment('Encrypted cdk.tf.json');
    table
      .text('basis')
      .notNullable()
      .comment('JSON: what must still be so for the plan to be current');
    table.boolean('has_changes').notNullable();
    table.string('created_at', 32).notNullable();
    table
      .foreign('deployment')
      .references('deployments.id')
      .onDelete('CASCADE');
  });

  await knex.schema.createTable('pipeline_openapi', table => {
    table.comment('OpenAPI document of the endpoint that was deployed last');
    table.string('pipeline', 63).primary();
    table.integer('revision').notNullable();
    table.text('document', 'longtext').notNullable();
    table.string('updated_at', 32).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('pipeline_openapi');
  await knex.schema.dropTable('deployment_plans');
  await knex.schema.dropTable('deployment_log');
  await knex.schema.dropTable('deployments');
};
