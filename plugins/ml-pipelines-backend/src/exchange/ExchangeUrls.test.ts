import { ConfigReader } from '@backstage/config';
import { ExchangeUrls } from './ExchangeUrls';

describe('ExchangeUrls', () => {
  const urls = (url?: string) =>
    new ExchangeUrls({
      config: new ConfigReader({ mlPipelines: { exchange: { url } } }),
      discovery: {
        getBaseUrl: async () => 'http://internal/api/ml-pipelines',
        getExternalBaseUrl: async () => 'https://portal/api/ml-pipelines',
      },
    });
  const here = { name: 'here', config: {} };

  it('prefers the address of the target, then the configured one', async () => {
    expect(await urls().of('ssh', here)).toBe(
      'https://portal/api/ml-pipelines/exchange/ssh',
    );
    expect(await urls('http://10.0.0.1:7007/').of('ssh', here)).toBe(
      'http://10.0.0.1:7007/api/ml-pipelines/exchange/ssh',
    );
    const config = { portalUrl: 'https://pods.portal' };
    expect(await urls('http://10.0.0.1').of('ssh', { name: 'k', config })).toBe(
      'https://pods.portal/api/ml-pipelines/exchange/ssh',
    );
  });

  it('refuses a configured address that is none', () => {
    expect(() => urls('portal')).toThrow('mlPipelines.exchange.url');
  });
});
