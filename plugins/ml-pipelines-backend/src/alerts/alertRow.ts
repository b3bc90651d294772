import type { Alert } from '@mlpipe/plugin-ml-pipelines-common';
import type { AlertPatch, StoredAlert } from './AlertStore';

/** A row of `ml_alerts`. */
export interface AlertRow {
  id: string;
  pipeline: string;
  rule: string;
  metric: Alert['metric'];
  severity: Alert['severity'];
  state: Alert['state'];
  summary: string;
  node: string | null;
  value: number;
  measured: boolean;
  operator: Alert['operator'];
  threshold: number;
  started_at: string;
  fired_at: string | null;
  resolved_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  acknowledge_comment: string | null;
  flaps: number;
  notify_at: string | null;
  told_state: 'firing' | 'resolved' | null;
  told_at: string | null;
  held_by: string | null;
  evidence: string | null;
  open_key: string | null;
  /** Joined: end of the silence that lasts longest. */
  silenced_until?: string | null;
}

/** Key that only one alert of a rule can have at a time. */
export function openKeyOf(alert: Pick<Alert, 'pipeline' | 'rule'>): string {
  return `${alert.pipeline}/${alert.rule}`;
}

/** What a list shows of a row. */
export function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    pipeline: row.pipeline,
    rule: row.rule,
    metric: row.metric,
    severity: row.severity,
    state: row.state,
    summary: row.summary,
    node: row.node ?? undefined,
    value: row.measured ? Number(row.value) : undefined,
    operator: row.operator,
    threshold: Number(row.threshold),
    startedAt: row.started_at,
    firedAt: row.fired_at ?? undefined,
    resolvedAt: row.resolved_at ?? undefined,
    acknowledgedAt: row.acknowledged_at ?? undefined,
    acknowledgedBy: row.acknowledged_by ?? undefined,
    silencedUntil: row.silenced_until ?? undefined,
  };
}

/** All that is known of a row. */
export function toStoredAlert(row: AlertRow): StoredAlert {
  return {
    ...toAlert(row),
    acknowledgeComment: row.acknowledge_comment ?? undefined,
    flaps: Number(row.flaps),
    notifyAt: row.notify_at ?? undefined,
    toldState: row.told_state ?? undefined,
    evidence: row.evidence ? JSON.parse(row.evidence) : [],
  };
}

/** Row of a new alert. */
export function toRow(alert: Alert): Partial<AlertRow> {
  return {
    id: alert.id,
    pipeline: alert.pipeline,
    rule: alert.rule,
    metric: alert.metric,
    severity: alert.severity,
    state: alert.state,
    summary: alert.summary,
    node: alert.node ?? null,
    value: alert.value ?? 0,
    measured: alert.value !== undefined,
    operator: alert.operator,
    threshold: alert.threshold,
    started_at: alert.startedAt,
    fired_at: alert.firedAt ?? null,
    resolved_at: alert.resolvedAt ?? null,
    open_key: openKeyOf(alert),
  };
}

/** Columns that a change sets; never none. */
export function patchColumns(
  alert: Pick<Alert, 'pipeline' | 'rule'>,
  patch: AlertPatch,
): Partial<AlertRow> {
  const { state, value, evidence } = patch;
  const columns: Partial<AlertRow> = {
    state,
    summary: patch.summary,
    threshold: patch.threshold,
    operator: patch.operator,
    severity: patch.severity,
    fired_at: patch.firedAt,
    resolved_at: patch.resolvedAt,
    notify_at: patch.notifyAt,
    flaps: patch.flaps,
    evidence: evidence && JSON.stringify(evidence),
    ...(value !== undefined && {
      value: value ?? 0,
      measured: value !== null,
    }),
    ...(patch.notifyAt !== undefined && { held_by: null }),
    ...(state && { open_key: state === 'resolved' ? null : openKeyOf(alert) }),
  };
  return Object.fromEntries(
    Object.entries(columns).filter(([, column]) => column !== undefined),
  );
}
