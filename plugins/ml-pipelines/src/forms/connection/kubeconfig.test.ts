import { parse } from 'yaml';
import { credentialsOf, NO_CREDENTIALS } from './credentialsDraft';
import { isLoopback, readKubeconfig } from './kubeconfig';
import { fromCaData, isCertificate, isPrivateKey, toCaData } from './pem';

const kubeconfig = (user: string, cluster = '') => `
apiVersion: v1
kind: Config
current-context: second
clusters:
  - name: a
    cluster: { server: https://10.0.0.5:6443${cluster} }
users:
  - name: u
    user: ${user}
contexts:
  - name: first
    context: { cluster: a, user: u }
  - name: second
    context: { cluster: gone, user: u }
`;

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

describe('a kubeconfig', () => {
  it('shows its contexts, and which is the current one', () => {
    expect(readKubeconfig(kubeconfig('{ token: t }'))).toEqual({
      contexts: [
        { name: 'first', server: 'https://10.0.0.5:6443', problem: undefined },
        { name: 'second', server: '', problem: 'dangling' },
      ],
      current: 'second',
    });
  });

  it.each([
    ['{ exec: { command: aws } }', '', 'exec'],
    ['{ auth-provider: { name: gcp } }', '', 'exec'],
    ['{ client-certificate: /home/a/c.pem }', '', 'files'],
    ['{ token: t, tokenFile: /run/t }', '', 'files'],
    ['{ token: t }', ', certificate-authority: /ca.pem', 'files'],
    ['{}', '', 'anonymous'],
  ])('with the user %s%s is refused: %s', (user, cluster, problem) => {
    expect(readKubeconfig(kubeconfig(user, cluster))).toMatchObject({
      contexts: [{ name: 'first', problem }, {}],
    });
  });

  it.each([
    ['a: [', 'yaml'],
    ['just text', 'format'],
    ['clusters: []', 'format'],
  ])('is told from %j', (text, problem) => {
    expect(readKubeconfig(text)).toEqual({ problem });
  });

  it('is handed on only when the chosen context can be used', () => {
    const draft = { ...NO_CREDENTIALS, kubeconfig: kubeconfig('{ token: t }') };
    expect(credentialsOf('kubeconfig', draft)).toBeUndefined();
    const { kubeconfig: sent = '' } =
      credentialsOf('kubeconfig', draft, 'first') ?? {};
    expect(parse(sent)).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'first',
      clusters: [{ name: 'a', cluster: { server: 'https://10.0.0.5:6443' } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: [{ name: 'first', context: { cluster: 'a', user: 'u' } }],
    });
  });
});

it('hands on a token, or a certificate with its key', () => {
  const key = PEM.replace(/CERTIFICATE/g, 'EC PRIVATE KEY');
  const by = 'certificate' as const;
  const both = { ...NO_CREDENTIALS, clientCertificate: PEM, clientKey: key };
  for (const [draft, expected] of [
    [{ ...NO_CREDENTIALS, token: ' t ' }, { token: 't' }],
    [{ ...NO_CREDENTIALS, token: 'a b' }, undefined],
    [NO_CREDENTIALS, undefined],
    [
      { ...both, by },
      { clientCertificate: PEM, clientKey: key },
    ],
    [{ ...both, by, clientKey: '' }, undefined],
    [{ ...both, by, clientKey: PEM }, undefined],
  ] as const) {
    expect(credentialsOf('server', draft)).toEqual(expected);
  }
});

it('knows addresses that only work on the machine itself', () => {
  const of = (host: string) => isLoopback(`https://${host}:6443`);
  expect(
    ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'].filter(of),
  ).toHaveLength(4);
  expect(['10.0.0.1', 'k3s.example.com'].filter(of)).toEqual([]);
});

it('takes a certificate as PEM and as base64', () => {
  const data = toCaData(PEM);
  expect(fromCaData(data)).toBe(`${PEM}\n`);
  expect(toCaData(data ?? '')).toBe(data);
  expect(toCaData('  ')).toBeUndefined();
  expect(isCertificate(PEM)).toBe(true);
  expect(isCertificate('AAAA')).toBe(false);
  expect(isPrivateKey(PEM.replace(/CERTIFICATE/g, 'PRIVATE KEY'))).toBe(true);
  expect(
    isPrivateKey(PEM.replace(/CERTIFICATE/g, 'ENCRYPTED PRIVATE KEY')),
  ).toBe(false);
});
