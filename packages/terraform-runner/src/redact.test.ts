import { redactor } from './redact';

it.each([
  ['as it is', 'pass a<b>"c" on'],
  ['in JSON', JSON.stringify({ line: 'pass a<b>"c" on' })],
  ['in the JSON of Go', '{"line":"pass a\\u003cb\\u003e\\"c\\" on"}'],
  ['in a URL', `https://x/?q=${encodeURIComponent('a<b>"c"')}`],
])('masks a secret %s', (_, text) => {
  const redacted = redactor(['a<b>"c"'])(text);
  expect(redacted).toContain('***');
  expect(redacted).not.toMatch(/b(>|\\u003e|%3E)/);
});

it('masks the longer secret first, and nothing that is too short to be one', () => {
  const redact = redactor(['hush-hush', 'hush-hush-more', 'short']);
  expect(redact('hush-hush-more hush-hush short')).toBe('*** *** short');
});
