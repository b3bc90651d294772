import { readDriverError, toFailure } from './toFailure';

it('reads what the error of a driver says about itself', () => {
  const error = Object.assign(
    new Error('Another program uses port 4. Choose another port.'),
    { code: 'port-taken', hint: 'Choose another port.', node: 'deployment' },
  );
  const said = readDriverError(error);
  expect(said && toFailure(said)).toEqual({
    code: 'runtime.port-taken',
    message: 'Another program uses port 4.',
    hint: 'Choose another port.',
    node: 'deployment',
  });
});

it.each([
  new Error('plain'),
  // As Node.js throws it: a code, but not what to do.
  Object.assign(new Error('no such file'), { code: 'ENOENT' }),
  'text',
])('leaves %s to others', error => {
  expect(readDriverError(error)).toBeUndefined();
});
