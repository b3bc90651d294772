import { Portal } from '../support/portal';
import { pushPipeline } from '../support/pipelines';
import { fillPipelines } from './fillPipelines';
import { measure, report } from './measure';

/** The overview's requests: a page, a search, a sort, a filter, a late page. */
const queries = [
  'limit=25',
  'limit=25&search=pipeline%20777',
  'limit=25&sort=requestsPerSecond&order=desc',
  'limit=25&status=draft',
  'limit=25&offset=75',
];

async function p95(portal: Portal): Promise<number> {
  const token = await portal.token();
  const times: number[] = [];
  for (let round = 0; round < 40; round++) {
    for (const query of queries) {
      times.push(
        await measure(async () => {
          const response = await fetch(
            `${portal.baseUrl}/api/ml-pipelines/pipelines?${query}`,
            { headers: { Authorization: `Bearer ${token}` } },
          );
          if (!response.ok) {
            throw new Error(`The overview answered ${response.status}`);
          }
          await response.json();
        }),
      );
    }
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)];
}

/** p95 of the overview API with 10 000 pipelines against 100. */
export async function benchOverview(): Promise<void> {
  const portal = await Portal.create();
  try {
    await portal.api.savePipeline(
      'template-row',
      pushPipeline('template-row', 'api-endpoint'),
    );
    fillPipelines(portal, 100);
    const few = await p95(portal);
    fillPipelines(portal, 10_000);
    const many = await p95(portal);
    report('overview p95, 10 000 against 100 pipelines', many / few, '<= 3');
    report('overview p95, 10 000 pipelines, seconds', many / 1000, '< 0.5');
  } finally {
    await portal.dispose();
  }
}
