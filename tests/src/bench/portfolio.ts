import { Portal } from '../support/portal';
import { pushPipeline } from '../support/pipelines';
import { fillPipelines, openPortalDatabase } from './fillPipelines';
import { measure, report } from './measure';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Days of each step that a question may read. */
const DAYS_OF: Array<[step: number, days: number]> = [
  [HOUR, 4],
  [6 * HOUR, 15],
  [DAY, 91],
];
const DAYS = 91;

/** A reading of a meter as the store writes it, after so many hours (an SQL expression). */
function reading(hours: string): string {
  const buckets = [
    '0.0025',
    '0.005',
    '0.01',
    '0.025',
    '0.05',
    '0.1',
    '0.25',
  ].map(bound => `'"${bound}":' || (${hours} * 7)`);
  return `'[[' || (${hours} * 100) || ',0,' || ${hours} || ',0,' || (${hours} * 3600) || ',' || (${hours} * 3600) || '],{' || ${buckets.join(
    " || ',' || ",
  )} || '},{"EUR":[' || (${hours} * 0.05) || ',' || ${hours} || ',' || ${hours} || ',0]}]'`;
}

/** Readings of every pipeline: as many of hours, six hours and days as any question reads. */
function fillUsage(portal: Portal): void {
  const database = openPortalDatabase(portal);
  const end = Math.floor(Date.now() / 1000);
  database.exec('begin; delete from ml_usage; delete from ml_meters');
  for (const [step, days] of DAYS_OF) {
    const start = end - (end % step) - days * DAY;
    database.exec(`
      with recursive steps(n) as (select 0 union all select n + 1 from steps where n < ${
        (days * DAY) / step
      })
      insert into ml_usage (pipeline, step, start, total, requests, errors, up_seconds, wanted_seconds, currency, cost)
      select name, ${step}, ${start} + n * ${step}, ${reading(
      `((n + 1) * ${step / HOUR} + ${(DAYS - days) * 24})`,
    )},
        ${(100 * step) / HOUR}, ${step / HOUR}, ${step}, ${step}, 'EUR', ${
      (0.05 * step) / HOUR
    }
      from steps, pipelines`);
  }
  database.exec(`
    insert into ml_meters (pipeline, total, hour, revision, compute, objectives)
    select name, ${reading(`${DAYS * 24 + 1}`)}, ${end - (end % HOUR)}, 1,
      '{"cpu":1,"memoryMiB":1024,"replicas":1}',
      '{"latencyP95Ms":100,"errorRatePercent":1,"availabilityPercent":99}'
    from pipelines; commit`);
  database.close();
}

const queries = [
  'days=30',
  'days=30&groupBy=target',
  'days=7',
  'days=30&owner=group:default/team-7',
];

async function p95(portal: Portal, rounds: number): Promise<number> {
  // Lets the client notice that connections were closed while the database was filled.
  await new Promise(resolve => setTimeout(resolve, 200));
  const token = await portal.token();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      times.push(
        await measure(async () => {
          const response = await fetch(
            `${portal.baseUrl}/api/ml-pipelines/portfolio?${query}`,
            { headers: { Authorization: `Bearer ${token}` } },
          );
          if (!response.ok) {
            throw new Error(`The portfolio answered ${response.status}`);
          }
          await response.json();
        }),
      );
    }
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)];
}

/** p95 of the portfolio API with 10 000 pipelines over a month against 100. */
export async function benchPortfolio(): Promise<void> {
  const portal = await Portal.create();
  try {
    await portal.api.savePipeline(
      'template-row',
      pushPipeline('template-row', 'api-endpoint'),
    );
    fillPipelines(portal, 100);
    fillUsage(portal);
    const few = await p95(portal, 10);
    fillPipelines(portal, 10_000);
    fillUsage(portal);
    const many = await p95(portal, 10);
    report('portfolio p95, 10 000 against 100 pipelines', many / few, '<= 40');
    report('portfolio p95, 10 000 pipelines, seconds', many / 1000, '< 0.5');
  } finally {
    await portal.dispose();
  }
}
