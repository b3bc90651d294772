// @ts-check

/**
 * Pipelines with the columns of the overview, revisions, drafts, targets, secrets, API keys.
 *
 * Times are ISO 8601 texts in UTC with milliseconds, which sort as they are in every database.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pipelines', table => {
    table.comment('One row a pipeline, with all that the overview shows');
    table.string('name', 40).primary();
    table.string('title', 80).notNullable();
    table
      .string('title_key', 80)
      .notNullable()
      .comment('Lower case, sorted by');
    table.text('description').nullable();
    table.string('owner', 255).notNullable().comment('Entity ref, lower case');
    table.string('system', 255).nullable();
    table.text('tags').notNullable().comment('JSON list');
    table.string('target', 63).notNullable().comment('Of the newest revision');
    table.string('mode', 16).notNullable();
    table
      .text('data_sources')
      .notNullable()
      .comment('JSON list of entity refs');
    table
      .text('search_text')
      .notNullable()
      .comment('Lower case: name, title, description, owner');
    table.integer('revision').notNullable().comment('Newest one; 0 while new');
    table.string('digest', 64).notNullable().comment('Of the newest revision');
    table.string('status', 16).notNullable();
    table.integer('status_rank').notNullable().comment('Sorted by');
    table.text('status_reason').nullable();
    table.integer('deployed_revision').nullable();
    table.string('deployed_target', 63).nullable();
    table.text('endpoint').nullable();
    table.double('requests_per_second').nullable();
    table.double('latency_p95_ms').nullable();
    table.double('error_rate_percent').nullable();
    table.integer('firing_alerts').notNullable().defaultTo(0);
    table.string('last_deployment_id', 64).nullable();
    table.string('last_deployment_state', 32).nullable();
    table.string('last_deployment_at', 24).nullable();
    table.string('created_at', 24).notNullable();
    table.string('updated_at', 24).notNullable();
    for (const column of [
      'title_key',
      'owner',
      'target',
      'status',
      'status_rank',
      'revision',
      'requests_per_second',
      'latency_p95_ms',
      'updated_at',
      'last_deployment_at',
    ]) {
      table.index([column, 'name'], `pipelines_${column}_idx`);
    }
    table.index(['deployed_target'], 'pipelines_deployed_target_idx');
  });

  await knex.schema.createTable('pipeline_revisions', table => {
    table.comment('Immutable versions of documents');
    table
      .string('pipeline', 40)
      .notNullable()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.integer('revision').notNullable().comment('From 1');
    table.text('document').notNullable().comment('JSON, defaults applied');
    table.string('digest', 64).notNullable().comment('SHA-256, hexadecimal');
    table.string('comment', 500).nullable();
    table.string('created_by', 255).notNullable();
    table.string('created_at', 24).notNullable();
    table.primary(['pipeline', 'revision']);
  });

  await knex.schema.createTable('pipeline_secret_references', table => {
    table.comment('Secrets that a revision names');
    table.string('pipeline', 40).notNullable();
    table.integer('revision').notNullable();
    table.string('secret', 63).notNullable();
    table.primary(['pipeline', 'revision', 'secret']);
    table
      .foreign(
        ['pipeline', 'revision'],
        'pipeline_secret_references_revision_fk',
      )
      .references(['pipeline', 'revision'])
      .inTable('pipeline_revisions')
      .onDelete('CASCADE');
    table.index(['secret'], 'pipeline_secret_references_secret_idx');
  });

  await knex.schema.createTable('drafts', table => {
    table.comment('What is not a revision yet, valid or not');
    table.uuid('id').primary();
    table.string('title', 120).nullable();
    table.string('template_ref', 300).nullable();
    table.text('form').nullable().comment('JSON, without secret values');
    table.text('document').nullable().comment('JSON');
    table.string('created_by', 255).notNullable();
    table.string('created_at', 24).notNullable();
    table.string('updated_at', 24).notNullable();
    table.index(['created_by', 'updated_at'], 'drafts_created_by_idx');
  });

  await knex.schema.createTable('targets', table => {
    table.comment('Targets that were registered through the API');
    table.string('name', 63).primary();
    table.string('kind', 63).notNullable();
    table.text('settings').notNullable().comment('JSON, without the config');
    table.text('config').notNullable().comment('JSON, encrypted');
    table.string('updated_by', 255).notNullable();
    table.string('updated_at', 24).notNullable();
  });

  await knex.schema.createTable('secrets', table => {
    table.comment('Values that only targets receive');
    table.string('name', 63).primary();
    table.text('value').notNullable().comment('Encrypted');
    table.string('description', 200).nullable();
    table.integer('version').notNullable().comment('From 1');
    table.string('updated_by', 255).notNullable();
    table.string('updated_at', 24).notNullable();
  });

  await knex.schema.createTable('api_keys', table => {
    table.comment('The API key of each endpoint');
    table
      .string('pipeline', 40)
      .primary()
      .references('name')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.string('prefix', 12).notNullable().comment('To recognise it by');
    table.string('sha256', 64).notNullable().comment('Hexadecimal');
    table
      .text('value')
      .notNullable()
      .comment("Encrypted, for the portal's own calls");
    table.string('created_at', 24).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'api_keys',
    'secrets',
    'targets',
    'drafts',
    'pipeline_secret_references',
    'pipeline_revisions',
    'pipelines',
  ]) {
    await knex.schema.dropTable(table);
  }
};
