import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { HostAgent } from './client/HostAgent';
import type { HostStatus } from './client/hostAgentSchemas';
import { LocalDriver } from './LocalDriver';

/** An agent on whose machine one pipeline answers at an endpoint. */
class AgentWithEndpoint extends HostAgent {
  constructor(private readonly endpoint: string) {
    super({ pythonPath: 'none', root: '/nowhere' });
  }

  override async status(): Promise<HostStatus> {
    const { endpoint } = this;
    return {
      supervisor: { running: true, pid: 1 },
      pipelines: [{ pipeline: 'ssh', active: 'r1', endpoint, releases: [] }],
    };
  }
}

describe('LocalDriver.fetch', () => {
  const asked: string[] = [];
  let server: Server;
  let driver: LocalDriver;

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(307, { Location: '/inner' }).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    driver = new LocalDriver({
      config: {
        enabled: true,
        dataDir: '/nowhere',
        pythonPath: 'none',
        host: '127.0.0.1',
        portRange: '1-2',
      },
      agent: new AgentWithEndpoint(`http://127.0.0.1:${port}`),
      logger: mockServices.logger.mock(),
    });
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  const workload = { pipeline: 'ssh', target: { name: 'here', config: {} } };

  it('does not follow a workload to another place', async () => {
    const response = await driver.fetch(workload, '/readyz');
    expect([response.status, asked]).toEqual([307, ['/readyz']]);
  });

  it.each(['//169.254.169.254/latest', 'http://127.0.0.1:1/', '\\\\x\\y'])(
    'refuses %s, which is no path',
    async path => {
      await expect(driver.fetch(workload, path)).rejects.toThrow('not a path');
    },
  );
});
