import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import type {
  Alert,
  AlertEvent,
  AlertList,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { PipelineFilter } from '../permissions/PipelineResource';
import { applyFilter } from '../pipelines/applyFilter';
import {
  AlertRow,
  patchColumns,
  toAlert,
  toRow,
  toStoredAlert,
} from './alertRow';
import type {
  AlertPatch,
  AlertQuery,
  AlertStore,
  StoredAlert,
} from './AlertStore';

/** Notifications that are sent in one go; the rest follows in the next round. */
const DUE_LIMIT = 200;

interface EventRow {
  alert: string;
  at: string;
  type: AlertEvent['type'];
  by: string | null;
  text: string | null;
}

/** Alerts in the plugin's database. */
export class DatabaseAlertStore implements AlertStore {
  readonly #knex: Knex;
  readonly #now: () => number;

  /** @param options - `now` decides which silences still hold */
  constructor(knex: Knex, options: { now?: () => number } = {}) {
    this.#knex = knex;
    this.#now = options.now ?? Date.now;
  }

  async list(query: AlertQuery, filter?: PipelineFilter): Promise<AlertList> {
    const { pipeline, state, severity } = query;
    const matching = (rows: Knex.QueryBuilder) => {
      if (pipeline !== undefined) {
        rows.where('ml_alerts.pipeline', pipeline);
      }
      if (state) {
        rows.where('ml_alerts.state', state);
      }
      if (severity) {
        rows.where('ml_alerts.severity', severity);
      }
      if (filter) {
        const visible = this.#knex('pipelines').select('name');
        applyFilter(visible, filter);
        rows.whereIn('ml_alerts.pipeline', visible);
      }
      return rows;
    };
    const [items, [{ total }]] = await Promise.all([
      matching(this.#select())
        .orderByRaw(
          `case ml_alerts.state when 'firing' then 0 when 'pending' then 1 else 2 end`,
        )
        .orderByRaw(
          `case when ml_alerts.state = 'resolved' then 0 else
           case ml_alerts.severity when 'critical' then 0 when 'warning' then 1 else 2 end end`,
        )
        .orderBy([
          { column: 'ml_alerts.started_at', order: 'desc' },
          { column: 'ml_alerts.id', order: 'desc' },
        ])
        .offset(query.offset)
        .limit(query.limit) as Promise<AlertRow[]>,
      matching(this.#rows()).count({ total: '*' }),
    ]);
    return { items: items.map(toAlert), totalItems: Number(total) };
  }

  async get(id: string) {
    const row: AlertRow | undefined = await this.#select()
      .where('ml_alerts.id', id)
      .first();
    return row && toStoredAlert(row);
  }

  async open(pipeline: string) {
    const rows: AlertRow[] = await this.#select()
      .where('ml_alerts.pipeline', pipeline)
      .whereNotNull('ml_alerts.open_key');
    return rows.map(toStoredAlert);
  }

  async lastResolved(pipeline: string, rule: string, since: string) {
    const row: AlertRow | undefined = await this.#select()
      .where({
        'ml_alerts.pipeline': pipeline,
        'ml_alerts.rule': rule,
        'ml_alerts.state': 'resolved',
      })
      .andWhere('ml_alerts.resolved_at', '>=', since)
      .orderBy('ml_alerts.resolved_at', 'desc')
      .first();
    return row && toStoredAlert(row);
  }

  async add(alert: Alert) {
    try {
      await this.#rows().insert(toRow(alert));
      return true;
    } catch (error) {
      if (isDatabaseConflictError(error)) {
        return false;
      }
      throw error;
    }
  }

  async update(id: string, patch: AlertPatch) {
    await this.#knex.transaction(tx => this.#patch(tx, id, patch));
  }

  async reopen(pending: string, resolved: string, patch: AlertPatch) {
    await this.#knex.transaction(async tx => {
      await tx('ml_alerts').where({ id: pending }).delete();
      await this.#patch(tx, resolved, patch);
    });
  }

  async #patch(tx: Knex.Transaction, id: string, patch: AlertPatch) {
    const row = await tx<AlertRow>('ml_alerts').where({ id }).first();
    if (row) {
      await tx('ml_alerts').where({ id }).update(patchColumns(row, patch));
    }
  }

  async remove(id: string) {
    await this.#rows().where({ id }).delete();
  }

  async acknowledge(
    id: string,
    { at, by, comment }: { at: string; by: string; comment?: string },
  ) {
    await this.#knex.transaction(async tx => {
      await tx('ml_alerts')
        .where({ id })
        .update({
          acknowledged_at: at,
          acknowledged_by: by,
          acknowledge_comment: comment ?? null,
        });
      // What somebody takes care of is not repeated.
      await tx('ml_alerts')
        .where({ id, state: 'firing' })
        .update({ notify_at: null, held_by: null });
      await insertEvents(tx, [id], {
        at,
        type: 'acknowledged',
        by,
        text: comment,
      });
    });
  }

  async record(id: string, event: AlertEvent) {
    await insertEvents(this.#knex, [id], event);
  }

  async events(id: string) {
    const rows = await this.#knex<EventRow>('ml_alert_events')
      .where({ alert: id })
      .orderBy('ordinal');
    return rows.map(row => ({
      at: row.at,
      type: row.type,
      by: row.by ?? undefined,
      text: row.text ?? undefined,
    }));
  }

  async due(now: string, pipeline?: string) {
    const rows: AlertRow[] = await this.#select()
      .where('ml_alerts.notify_at', '<=', now)
      .modify(query => {
        if (pipeline !== undefined) {
          query.where('ml_alerts.pipeline', pipeline);
        }
      })
      .orderBy('ml_alerts.notify_at')
      .limit(DUE_LIMIT);
    return rows.map(toStoredAlert);
  }

  async claim(
    { id, state, notifyAt }: StoredAlert,
    next: { notifyAt: string | null; heldBy?: string },
  ) {
    const taken = await this.#rows()
      .where({ id, state, notify_at: notifyAt ?? null })
      .update({ notify_at: next.notifyAt, held_by: next.heldBy ?? null });
    return taken > 0;
  }

  async told(id: string, state: 'firing' | 'resolved', at: string) {
    await this.#rows().where({ id }).update({ told_state: state, told_at: at });
  }

  async release(silence: string, now: string) {
    await this.#rows()
      .where({ held_by: silence })
      .update({ notify_at: now, held_by: null });
  }

  async endAll(pipeline: string, now: string, reason: string) {
    await this.#end(now, reason, rows => rows.where({ pipeline }));
  }

  async cleanUp(now: string, keepFrom: string) {
    const pipelines = () => this.#knex('pipelines').select('name');
    await this.#rows().whereNotIn('pipeline', pipelines()).delete();
    await this.#end(now, 'The pipeline was taken off its target.', rows =>
      rows.whereIn('pipeline', pipelines().whereNull('deployed_revision')),
    );
    await this.#rows()
      .where({ state: 'resolved' })
      .andWhere('resolved_at', '<', keepFrom)
      .delete();
  }

  async #end(
    now: string,
    reason: string,
    which: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
  ) {
    await this.#knex.transaction(async tx => {
      await which(tx('ml_alerts').where({ state: 'pending' })).delete();
      const firing: Array<{ id: string }> = await which(
        tx('ml_alerts').where({ state: 'firing' }),
      ).select('id');
      const ids = firing.map(({ id }) => id);
      if (ids.length === 0) {
        return;
      }
      await tx('ml_alerts').whereIn('id', ids).update({
        state: 'resolved',
        resolved_at: now,
        notify_at: now,
        held_by: null,
        open_key: null,
      });
      await insertEvents(tx, ids, { at: now, type: 'resolved', text: reason });
    });
  }

  #rows() {
    return this.#knex<AlertRow>('ml_alerts');
  }

  /** Rows with the end of the silence that lasts longest. */
  #select(): Knex.QueryBuilder {
    return this.#knex('ml_alerts').select(
      'ml_alerts.*',
      this.#knex('ml_silences')
        .max('ends_at')
        .whereRaw('ml_silences.pipeline = ml_alerts.pipeline')
        .whereRaw(
          '(ml_silences.rule is null or ml_silences.rule = ml_alerts.rule)',
        )
        .where('ends_at', '>', new Date(this.#now()).toISOString())
        .as('silenced_until'),
    );
  }
}

async function insertEvents(knex: Knex, alerts: string[], event: AlertEvent) {
  await knex('ml_alert_events').insert(
    alerts.map(alert => ({
      alert,
      at: event.at,
      type: event.type,
      by: event.by ?? null,
      text: event.text ?? null,
    })),
  );
}
