import { createServer, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kubernetesTargetConfigSchema } from '../targetConfig';
import { ClusterConnection } from './ClusterConnection';
import { Connections } from './Connections';

const target = (
  config: object,
  credentials: Record<string, string> | undefined = { token: 'secret-token' },
  name = 'cluster',
) => ({
  name,
  config: kubernetesTargetConfigSchema.parse(config),
  credentials,
});

describe('a connection', () => {
  let server: Server;
  let url: string;
  let requests: IncomingMessage[];
  let answer: { status: number; body: string } | undefined;
  let connection: ClusterConnection;

  beforeEach(async () => {
    requests = [];
    answer = { status: 200, body: '{"kind":"Test"}' };
    server = createServer((request, response) => {
      requests.push(request);
      if (answer) {
        response.writeHead(answer.status, {
          'Content-Type': 'application/json',
          ...(answer.status === 302 && { Location: 'http://192.0.2.1/' }),
        });
        response.end(answer.body);
      }
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    connection = new ClusterConnection(
      target({ apiServer: `${url}/`, skipTlsVerify: true }),
    );
  });
  afterEach(async () => {
    await connection.close();
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  it('sends the token, and reads JSON', async () => {
    expect(await connection.get('/version')).toEqual({ kind: 'Test' });
    expect(requests[0]).toMatchObject({
      url: '/version',
      headers: { authorization: 'Bearer secret-token' },
    });
  });

  it.each([
    [400, 'InputError'],
    [
      401,
      'AuthenticationError',
      expect.stringMatching(/Replace them on the page/),
    ],
    [403, 'NotAllowedError'],
    [404, 'NotFoundError'],
    [409, 'ConflictError'],
    [422, 'InputError'],
    [429, 'ServiceUnavailableError'],
    [503, 'ServiceUnavailableError'],
  ])(
    'makes an answer %p a %s',
    async (status, name, message = 'GET /api/v1/x: what is wrong') => {
      answer = {
        status,
        body: JSON.stringify({ kind: 'Status', message: 'what is wrong' }),
      };
      await expect(connection.get('/api/v1/x')).rejects.toMatchObject({
        name,
        message,
      });
    },
  );

  it('finds nothing, and deletes what is not there', async () => {
    answer = { status: 404, body: '{}' };
    expect(await connection.find('/x')).toBeUndefined();
    await connection.delete('/x');
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
  });

  it('follows no redirect', async () => {
    answer = { status: 302, body: '' };
    expect((await connection.request('/x')).status).toBe(302);
    expect(requests).toHaveLength(1);
  });

  it('gives up on a server that does not answer', async () => {
    answer = undefined;
    await expect(
      connection.request('/x', { timeoutMs: 50 }),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(/does not answer in time/),
    });
  });

  it('ends when its caller no longer waits', async () => {
    answer = undefined;
    const controller = new AbortController();
    const asked = connection.request('/x', { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says when nothing listens', async () => {
    await new Promise(done => server.close(done));
    await expect(connection.request('/x')).rejects.toThrow(/Nothing listens/);
    server.listen(0);
  });

  it('hands credentials to Terraform by its environment', async () => {
    expect(await connection.terraformEnvironment()).toEqual({
      KUBE_HOST: url,
      KUBE_INSECURE: 'true',
      KUBE_TOKEN: 'secret-token',
      KUBE_LOAD_CONFIG_FILE: 'false',
    });
  });
});

it('gives Terraform certificates, and no authority that is not looked at', async () => {
  const credentials = {
    clientCertificate: '-----BEGIN CERTIFICATE-----\nc',
    clientKey: '-----BEGIN EC PRIVATE KEY-----\nk',
  };
  const environment = (config: object) =>
    new ClusterConnection(
      target(
        { apiServer: 'https://k3s.example.com:6443', ...config },
        credentials,
      ),
    ).terraformEnvironment();
  const caData = Buffer.from('-----BEGIN CERTIFICATE-----\na').toString(
    'base64',
  );
  expect(await environment({ caData })).toEqual({
    KUBE_HOST: 'https://k3s.example.com:6443',
    KUBE_CLUSTER_CA_CERT_DATA: '-----BEGIN CERTIFICATE-----\na',
    KUBE_CLIENT_CERT_DATA: credentials.clientCertificate,
    KUBE_CLIENT_KEY_DATA: credentials.clientKey,
    KUBE_LOAD_CONFIG_FILE: 'false',
  });
  expect(await environment({ caData, skipTlsVerify: true })).toEqual({
    KUBE_HOST: 'https://k3s.example.com:6443',
    KUBE_INSECURE: 'true',
    KUBE_CLIENT_CERT_DATA: credentials.clientCertificate,
    KUBE_CLIENT_KEY_DATA: credentials.clientKey,
    KUBE_LOAD_CONFIG_FILE: 'false',
  });
});

it.each([
  ['no credentials', { apiServer: 'https://k3s.example.com' }, null],
  ['no address', {}, { token: 't' }],
  ['no https', { apiServer: 'http://k3s.example.com' }, { token: 't' }],
])('refuses a target with %s', (_name, config, credentials) => {
  expect(
    () =>
      new ClusterConnection({
        ...target(config),
        credentials: credentials ?? undefined,
      }),
  ).toThrow(/has no credentials|needs the address|is not https/);
});

it('names the contexts that there are', () => {
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
    users: [],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two', context: { cluster: 'c', user: 'u' } },
    ],
  });
  expect(
    () => new ClusterConnection(target({ context: 'three' }, { kubeconfig })),
  ).toThrow(/no context "three".*one, two/);
  expect(
    new ClusterConnection(target({ context: 'two' }, { kubeconfig })).server,
  ).toBe('https://c');
});

describe('connections', () => {
  const attach = (connections: Connections, at: ReturnType<typeof target>) => {
    const part = { close: jest.fn(async () => {}) };
    return connections.attached(at, 'watch', () => part);
  };

  it('stay as long as nothing changes, with what hangs on them', async () => {
    const connections = new Connections();
    const at = () => target({ apiServer: 'https://a' });
    const part = attach(connections, at());
    expect(connections.get(at())).toBe(connections.get(at()));
    expect(attach(connections, at())).toBe(part);
    await connections.close();
    expect(part.close).toHaveBeenCalledTimes(1);
  });

  it.each([
    [
      'the configuration',
      { apiServer: 'https://b' },
      { token: 'secret-token' },
    ],
    ['a credential', { apiServer: 'https://a' }, { token: 'another' }],
  ])('are made again when %s changes', async (_name, config, credentials) => {
    const connections = new Connections();
    const before = target({ apiServer: 'https://a' });
    const part = attach(connections, before);
    const old = connections.get(before);
    expect(connections.get(target(config, credentials))).not.toBe(old);
    expect(part.close).toHaveBeenCalledTimes(1);
    await connections.close();
  });

  it('are forgotten one by one', async () => {
    const connections = new Connections();
    const [a, b] = ['a', 'b'].map(name =>
      target({ apiServer: 'https://a' }, undefined, name),
    );
    const parts = [a, b].map(at => attach(connections, at));
    await connections.forget('a');
    expect(parts.map(({ close }) => close.mock.calls.length)).toEqual([1, 0]);
    await connections.close();
  });
});
