import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Portal } from '../support/portal';

/** The plugin's database of a portal, written to beside it. */
export function openPortalDatabase(portal: Portal): DatabaseSync {
  return new DatabaseSync(
    join(portal.folder, 'database', 'ml-pipelines.sqlite'),
  );
}

/** Fills the overview by copying one real row, the way the store would write it. */
export function fillPipelines(portal: Portal, wanted: number): void {
  const database = openPortalDatabase(portal);
  const columns = database
    .prepare('pragma table_info(pipelines)')
    .all()
    .map(column => String(column.name));
  const varied: Record<string, string> = {
    name: "'p-' || n",
    title_key: "'pipeline ' || n",
    title: "'Pipeline ' || n",
    search_text: "'p-' || n || ' pipeline ' || n || ' ' || owner",
    owner: "'group:default/team-' || (n % 20)",
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
