import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import type { Alert, AlertList } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { AlertStore } from './AlertStore';

interface AlertRow {
  id: string;
  pipeline: string;
  rule: string;
  metric: Alert['metric'];
  severity: Alert['severity'];
  state: Alert['state'];
  summary: string;
  node: string | null;
  value: number;
  threshold: number;
  started_at: string;
  fired_at: string | null;
  resolved_at: string | null;
  open_key: string | null;
}

/** Alerts in the plugin's database. */
export class DatabaseAlertStore implements AlertStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async list(
    pipeline: string,
    page: { offset: number; limit: number },
  ): Promise<AlertList> {
    const rows = this.#rows().where({ pipeline });
    const [items, [{ total }]] = await Promise.all([
      rows
        .clone()
        .orderBy([
          { column: 'started_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .offset(page.offset)
        .limit(page.limit),
      rows.clone().count({ total: '*' }),
    ]);
    return { items: items.map(toAlert), totalItems: Number(total) };
  }

  async open(pipeline: string) {
    const rows = await this.#rows()
      .where({ pipeline })
      .whereNotNull('open_key');
    return rows.map(toAlert);
  }

  async add(alert: Alert) {
    try {
      await this.#rows().insert({
        id: alert.id,
        pipeline: alert.pipeline,
        rule: alert.rule,
        metric: alert.metric,
        severity: alert.severity,
        state: alert.state,
        summary: alert.summary,
        node: alert.node ?? null,
        value: alert.value,
        threshold: alert.threshold,
        started_at: alert.startedAt,
        fired_at: alert.firedAt ?? null,
        resolved_at: alert.resolvedAt ?? null,
        open_key: `${alert.pipeline}/${alert.rule}`,
      });
      return true;
    } catch (error) {
      if (isDatabaseConflictError(error)) {
        return false;
      }
      throw error;
    }
  }

  async update(id: string, patch: Parameters<AlertStore['update']>[1]) {
    await this.#rows()
      .where({ id })
      .update({
        ...(patch.state && { state: patch.state }),
        ...(patch.value !== undefined && { value: patch.value }),
        ...(patch.summary && { summary: patch.summary }),
        ...(patch.firedAt && { fired_at: patch.firedAt }),
        ...(patch.resolvedAt && { resolved_at: patch.resolvedAt }),
        ...(patch.state === 'resolved' && { open_key: null }),
      });
  }

  async remove(id: string) {
    await this.#rows().where({ id }).delete();
  }

  async cleanUp(now: string) {
    const pipelines = () => this.#knex('pipelines').select('name');
    await this.#rows().whereNotIn('pipeline', pipelines()).delete();
    const stopped = pipelines().whereNull('deployed_revision');
    await this.#rows()
      .where({ state: 'pending' })
      .whereIn('pipeline', stopped.clone())
      .delete();
    await this.#rows()
      .where({ state: 'firing' })
      .whereIn('pipeline', stopped)
      .update({ state: 'resolved', resolved_at: now, open_key: null });
  }

  #rows() {
    return this.#knex<AlertRow>('ml_alerts');
  }
}

function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    pipeline: row.pipeline,
    rule: row.rule,
    metric: row.metric,
    severity: row.severity,
    state: row.state,
    summary: row.summary,
    node: row.node ?? undefined,
    value: Number(row.value),
    threshold: Number(row.threshold),
    startedAt: row.started_at,
    firedAt: row.fired_at ?? undefined,
    resolvedAt: row.resolved_at ?? undefined,
  };
}
