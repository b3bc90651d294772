module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // supertest's `.expect` and `eventually` fail a test as well.
    'jest/expect-expect': [
      'warn',
      { assertFunctionNames: ['expect', '**.expect', 'eventually'] },
    ],
  },
});
