// @ts-check

/**
 * What was told or done once about the versions of a model, so that no backend
 * does it again.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('model_marks', table => {
    table.comment('What was told or done once about a model version');
    table.string('pipeline', 63).notNullable();
    table
      .string('mark', 200)
      .notNullable()
      .comment('What, which version, and when the cause was');
    table.string('created_at', 32).notNullable();
    table.primary(['pipeline', 'mark']);
    table.index(['created_at'], 'model_marks_created_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('model_marks');
};
