import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Portal } from '../support/portal';
import { pushPipeline } from '../support/pipelines';
import { measure, report } from './measure';

/** Fills the overview by copying one real row, the way the store would write it. */
function fill(portal: Portal, wanted: number): void {
  const database = new DatabaseSync(
    join(portal.folder, 'database', 'ml-pipelines.sqlite'),
  );
  const columns = database
    .prepare('pragma table_info(pipelines)')
    .all()
    .map(column => String(column.name));
  const varied: Record<string, string> = {
    name: "'p-' || n",
    title_key: "'pipeline ' || n",
    title: "'Pipeline ' || n",
    search_text: "'p-' || n || ' pipeline ' || n || ' ' || owner",
    requests_per_second: 'n % 97',
    latency_p95_ms: 'n % 53',
    status: "case n % 3 when 0 then 'draft' else 'stopped' end",
  };
  database.exec(`
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${wanted})
    insert or ignore into pipelines (${columns.join(', ')})
    select ${columns.map(c => varied[c] ?? c).join(', ')}
    from pipelines, numbers where name = 'template-row'`);
  database.close();
}

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
    fill(portal, 100);
    const few = await p95(portal);
    fill(portal, 10_000);
    const many = await p95(portal);
    report('overview p95, 10 000 against 100 pipelines', many / few, '<= 3');
    report('overview p95, 10 000 pipelines, seconds', many / 1000, '< 0.5');
  } finally {
    await portal.dispose();
  }
}
