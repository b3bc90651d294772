import { stringify } from 'yaml';
import { kubernetesCredentialsSchema, readKubeconfig } from './credentials';

const kubeconfig = (user: object = { token: 't' }, cluster: object = {}) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'default',
    clusters: [
      {
        name: 'k3s',
        cluster: { server: 'https://k3s.example.com:6443', ...cluster },
      },
    ],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'default', context: { cluster: 'k3s', user: 'admin' } }],
  });

it('reads a kubeconfig', () => {
  const config = readKubeconfig(
    kubeconfig({ token: 't' }, { 'certificate-authority-data': 'Y2E=' }),
  );
  expect(config.getCurrentCluster()).toMatchObject({
    server: 'https://k3s.example.com:6443',
    caData: 'Y2E=',
  });
  expect(config.getCurrentUser()).toMatchObject({ token: 't' });
});

it.each([
  ['a program', { exec: { command: 'sh', args: ['-c', 'id'] } }, {}],
  ['a provider', { 'auth-provider': { name: 'gcp' } }, {}],
  ['a file of a key', { 'client-key': '/etc/shadow' }, {}],
  ['a file of a certificate', { 'client-certificate': 'cert.pem' }, {}],
  ['a file of a token', { tokenFile: '/run/secrets/token' }, {}],
  ['a file of an authority', {}, { 'certificate-authority': '/etc/ca' }],
])('refuses %s, which would be used on the portal', (_name, user, cluster) => {
  const text = kubeconfig(user, cluster);
  expect(() => readKubeconfig(text)).toThrow(
    expect.objectContaining({ name: 'InputError' }),
  );
  const parsed = kubernetesCredentialsSchema.safeParse({ kubeconfig: text });
  expect(parsed.success).toBe(false);
});

it.each(['', 'hello', '{', 'clusters: []', 'a: [', 'null'])(
  'says that %p is no kubeconfig',
  text => {
    expect(() => readKubeconfig(text)).toThrow(/not a kubeconfig/);
  },
);

it('does not repeat what it could not read', () => {
  expect(() => readKubeconfig('token: "very-secret\n x: [')).toThrow(
    expect.objectContaining({
      message: expect.not.stringContaining('very-secret'),
    }),
  );
});

it.each([
  [{ token: ' abc ' }, true],
  [{ token: '' }, false],
  [{ token: 'a', more: 1 }, false],
  [{}, false],
  [
    {
      clientCertificate: '-----BEGIN CERTIFICATE-----\nx',
      clientKey: '-----BEGIN EC PRIVATE KEY-----\nx',
    },
    true,
  ],
  [{ clientCertificate: '-----BEGIN CERTIFICATE-----\nx' }, false],
  [{ clientCertificate: 'x', clientKey: 'y' }, false],
])('checks credentials %#', (given, success) => {
  expect(kubernetesCredentialsSchema.safeParse(given).success).toBe(success);
});
