import { podProxy, selecting, serviceProxy } from './paths';

const through = (path: string) => serviceProxy('ml', 'ssh', 'http', path);

it('passes paths and queries on to a Service and nowhere else', () => {
  expect(through('/v2/models/m/infer?a=1%2F2&b')).toBe(
    '/api/v1/namespaces/ml/services/http:ssh:http/proxy/v2/models/m/infer?a=1%2F2&b',
  );
  expect(podProxy('ml', 'ssh-0', 8080, '/metrics')).toBe(
    '/api/v1/namespaces/ml/pods/http:ssh-0:8080/proxy/metrics',
  );
});

it.each([
  '/../../../secrets/ssh-keys',
  '/%2e%2e/%2E./x',
  '/a/..\\..\\..\\secrets',
  'v2/health',
  '',
  '/\t/../../',
])('refuses %p', path => {
  expect(() => through(path)).toThrow(/not a path/);
});

it('keeps what only looks like another address below the Service', () => {
  expect(through('//evil.example.com/x')).toMatch(
    /^\/api\/v1\/namespaces\/ml\/services\/http:ssh:http\/proxy\//,
  );
});

it('selects by labels', () => {
  expect(selecting({ 'a/b': 'c', d: 'e' })).toBe(
    'labelSelector=a%2Fb%3Dc%2Cd%3De',
  );
});
