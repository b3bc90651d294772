import { mockServices } from '@backstage/backend-test-utils';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguredClusters } from './readConfiguredClusters';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const read = (clusterLocatorMethods: unknown) =>
  readConfiguredClusters(
    mockServices.rootConfig({
      data: { kubernetes: { clusterLocatorMethods } as {} },
    }),
  );

describe('clusters of the configuration of the Kubernetes plugin', () => {
  it('are told with address and authority, never with a token', async () => {
    const clusters = await read([
      { type: 'catalog' },
      {
        type: 'config',
        clusters: [
          {
            name: 'edge',
            title: 'Edge',
            url: 'https://edge.example.com:6443',
            authProvider: 'serviceAccount',
            serviceAccountToken: 'sesame',
            caData: 'QUFB',
            skipTLSVerify: 'false',
          },
        ],
      },
      {
        type: 'config',
        clusters: [
          { name: 'edge', url: 'https://other.example.com' },
          { name: 'lab', url: 'https://lab.example.com', skipTLSVerify: true },
        ],
      },
    ]);
    expect(clusters).toEqual([
      {
        name: 'edge',
        title: 'Edge',
        url: 'https://edge.example.com:6443',
        caData: 'QUFB',
      },
      { name: 'lab', url: 'https://lab.example.com', skipTlsVerify: true },
    ]);
    expect(JSON.stringify(clusters)).not.toContain('sesame');
  });

  it('bring the certificates of a file, and nothing else of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clusters-'));
    try {
      const caFile = join(folder, 'ca.crt');
      writeFileSync(caFile, `private words\n${PEM}`);
      const url = 'https://lab.example.com';
      const clusters = await read([
        {
          type: 'config',
          clusters: [
            { name: 'lab', url, caFile },
            { name: 'gone', url, caFile: `${caFile}.gone` },
          ],
        },
      ]);
      expect(clusters).toEqual([
        { name: 'lab', url, caData: Buffer.from(PEM).toString('base64') },
        { name: 'gone', url },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['no configuration', undefined],
    ['something else', 'x'],
    ['no list of clusters', [{ type: 'config' }]],
    ['no address', [{ type: 'config', clusters: [{ name: 'x' }, null] }]],
  ])('are none for %s', async (_, methods) => {
    expect(await read(methods)).toEqual([]);
  });
});
