// @ts-check

/**
 * Terraform state behind the `http` backend: every version, the lock, the tokens of attempts.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('terraform_state_versions', table => {
    table.comment(
      'The newest versions of every stack, never changed once written',
    );
    table.bigIncrements('id').comment('Order of writing');
    table.string('stack_id', 255).notNullable();
    table
      .boolean('deleted')
      .notNullable()
      .comment('The state was deleted here; there is no content');
    table.bigInteger('serial').notNullable().comment("Terraform's own counter");
    table.string('lineage', 255).notNullable();
    table
      .string('md5', 32)
      .notNullable()
      .comment('Of the document as Terraform sent it, hexadecimal');
    table.bigInteger('size').notNullable().comment('Of the document, bytes');
    table
      .string('attempt_id', 255)
      .notNullable()
      .comment('The attempt that wrote it');
    table
      .string('key_id', 16)
      .nullable()
      .comment('The encryption key that the content needs');
    table
      .binary('content')
      .nullable()
      .comment('The document, compressed and encrypted');
    table.timestamp('created_at', { useTz: true }).notNullable();
    table.index(['stack_id', 'id'], 'terraform_state_versions_stack_idx');
  });

  await knex.schema.createTable('terraform_state_locks', table => {
    table.comment('Who works on a stack now');
    table.string('stack_id', 255).primary();
    table.string('lock_id', 255).notNullable().comment("Terraform's lock id");
    table.string('attempt_id', 255).notNullable();
    table
      .text('info')
      .notNullable()
      .comment('The lock as Terraform described it, JSON');
    table.timestamp('created_at', { useTz: true }).notNullable();
  });

  await knex.schema.createTable('terraform_state_tokens', table => {
    table.comment(
      'Passwords of the http backend, each for one stack and attempt',
    );
    table.string('token_hash', 64).primary().comment('SHA-256, hexadecimal');
    table.string('stack_id', 255).notNullable();
    table.string('attempt_id', 255).notNullable();
    table.timestamp('created_at', { useTz: true }).notNullable();
    table.timestamp('expires_at', { useTz: true }).notNullable();
    table.index(['attempt_id'], 'terraform_state_tokens_attempt_idx');
    table.index(['expires_at'], 'terraform_state_tokens_expires_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('terraform_state_tokens');
  await knex.schema.dropTable('terraform_state_locks');
  await knex.schema.dropTable('terraform_state_versions');
};
