import { createServer, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kubernetesTargetConfigSchema } from '../targetConfig';
import { inspectCluster } from './inspectCluster';

const TOKEN = 'a-token-of-the-test';

async function inspectAt(apiServer: string) {
  const inspection = await inspectCluster(
    {
      name: 'edge',
      config: kubernetesTargetConfigSchema.parse({
        apiServer,
        // Without it the client library speaks no HTTP.
        skipTlsVerify: true,
      }),
      credentials: { token: TOKEN },
    },
    {},
  );
  expect(JSON.stringify(inspection)).not.toContain(TOKEN);
  expect(inspection.usable).toBe(false);
  return inspection.checks;
}

/** Something that is no API server. */
async function inspectServer(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    const { port } = server.address() as AddressInfo;
    return await inspectAt(`http://127.0.0.1:${port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function unusedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => {
    server.close(resolve);
  });
  return `http://127.0.0.1:${port}`;
}

describe('inspection of what is no usable cluster', () => {
  it('says that nothing listens, and skips the rest', async () => {
    const [first, ...others] = await inspectAt(await unusedAddress());
    expect(first).toMatchObject({
      id: 'reachable',
      status: 'failed',
      message: expect.stringContaining('Nothing listens at 127.0.0.1:'),
      hint: expect.stringContaining('Check address and port'),
    });
    expect(others.length).toBeGreaterThan(4);
    expect(new Set(others.map(({ status }) => status))).toEqual(
      new Set(['skipped']),
    );
  });

  it('does not repeat what another server says', async () => {
    for (const listener of [
      (_, res) => res.end('<html>secret of an intranet</html>'),
      (_, res) =>
        res.writeHead(302, { Location: 'http://169.254.169.254/' }).end(),
      (_, res) => res.writeHead(500).end('secret of an intranet'),
    ] as RequestListener[]) {
      const checks = await inspectServer(listener);
      expect(checks[0]).toMatchObject({
        status: 'failed',
        message: expect.stringContaining('not as an API server'),
      });
      expect(JSON.stringify(checks)).not.toContain('intranet');
    }
  });

  it('says that the credentials are wrong', async () => {
    const [first] = await inspectServer((_, res) =>
      res.writeHead(401).end('{}'),
    );
    expect(first).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('does not accept the credentials'),
    });
  });

  it('says what a target without credentials needs', async () => {
    const { checks, usable } = await inspectCluster(
      {
        name: 'edge',
        config: kubernetesTargetConfigSchema.parse({
          apiServer: 'https://k3s.example.com:6443',
        }),
      },
      {},
    );
    expect(usable).toBe(false);
    expect(checks[0].message).toMatch(/has no credentials yet/);
  });
});
