import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import {
  Alert,
  ALERT_METRICS,
  AlertRule,
  Anomaly,
  NodeCatalogue,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { MetricsSource } from '../monitoring/MetricsSource';
import type { SampleWindow } from '../monitoring/SampleWindow';
import type { AlertMessenger } from './AlertMessenger';
import { alertMetricValue } from './alertMetricValue';
import { summaryOf } from './alertText';
import type { AlertStore, StoredAlert } from './AlertStore';
import { collectEvidence, ReadAnomalies } from './collectEvidence';
import type { AlertSettings } from './readAlertSettings';

/** How far back a rule looks, in seconds: a few scrapes. */
export const ALERT_WINDOW_SECONDS = 60;
/** How long reading the lines concerned may hold up an alert. */
const EVIDENCE_TIMEOUT_MS = 5_000;

/** Hears of an alert of a pipeline. Must not throw. */
export type AlertListener = (
  alert: Alert,
  document: PipelineDocument,
) => Promise<void>;

/** Options of {@link AlertEvaluator}. */
export interface AlertEvaluatorOptions {
  store: AlertStore;
  metrics: Pick<MetricsSource, 'recent'>;
  catalogue: NodeCatalogue;
  messenger: Pick<AlertMessenger, 'run'>;
  /** Called when an alert begins to fire, silenced or not. */
  onFiring?: AlertListener;
  /** Recorded anomalies of a running pipeline. */
  anomalies: (
    pipeline: string,
    ...args: Parameters<ReadAnomalies>
  ) => ReturnType<ReadAnomalies>;
  settings: Pick<AlertSettings, 'flapMinutes' | 'repeatMinutes'>;
  logger: LoggerService;
  now?: () => number;
}

/** What a rule says right now; `value` is absent where nothing is measured. */
type Verdict = { holds: boolean; value?: number };

/**
 * Evaluates the alert rules of a pipeline the way Prometheus does: a condition
 * that holds makes an alert pending, one that held for `forSeconds` makes it
 * fire, one that ends resolves it. One that fires again within `flapMinutes`
 * after it was resolved is the same alert. Nothing measured means that the
 * condition does not hold, unless the rule says otherwise.
 */
export class AlertEvaluator {
  readonly #options: AlertEvaluatorOptions;

  constructor(options: AlertEvaluatorOptions) {
    this.#options = options;
  }

  /** Brings all alerts of a pipeline up to date and returns those that fire. */
  async evaluate(document: PipelineDocument): Promise<Alert[]> {
    const { store, metrics, messenger } = this.#options;
    const pipeline = document.metadata.name;
    const open = new Map((await store.open(pipeline)).map(a => [a.rule, a]));
    if (document.spec.alerts.length === 0 && open.size === 0) {
      return [];
    }
    const window = await metrics.recent(pipeline, ALERT_WINDOW_SECONDS);
    // Of a batch pipeline, nothing is there to be measured between its runs.
    const stands = !document.spec.nodes.some(
      ({ type }) => this.#options.catalogue.get(type)?.mode === 'batch',
    );
    const firing: Alert[] = [];
    for (const rule of document.spec.alerts) {
      const alert = open.get(rule.name);
      open.delete(rule.name);
      const verdict = judge(rule, window, document, stands);
      const next = await this.#advance(document, rule, verdict, alert);
      if (next?.state === 'firing') {
        firing.push(next);
      }
    }
    for (const alert of open.values()) {
      await this.#end(alert, 'Its rule was removed from the pipeline.');
    }
    await messenger.run(pipeline);
    return firing;
  }

  async #advance(
    document: PipelineDocument,
    rule: AlertRule,
    { holds, value }: Verdict,
    alert: StoredAlert | undefined,
  ): Promise<Alert | undefined> {
    const { store } = this.#options;
    if (!holds) {
      if (alert) {
        await this.#end(alert);
      }
      return undefined;
    }
    const now = this.#now();
    let current: Alert | undefined = alert;
    if (!current) {
      current = this.#open(document, rule, value, now);
      if (!(await store.add(current))) {
        // Another backend was quicker.
        return undefined;
      }
    }
    const patch = {
      value: value ?? null,
      summary: summaryOf(rule, value),
      threshold: rule.threshold,
      operator: rule.operator,
      severity: rule.severity,
    };
    const next: Alert = { ...current, ...patch, value };
    const since = Date.parse(current.startedAt);
    if (current.state === 'firing' || now - since < rule.forSeconds * 1000) {
      await store.update(current.id, patch);
      return next;
    }
    const fired = await this.#fire(next, patch, now);
    await this.#options.onFiring?.(fired, document);
    return fired;
  }

  async #fire(
    alert: Alert,
    patch: Parameters<AlertStore['update']>[1],
    now: number,
  ): Promise<Alert> {
    const { store, settings } = this.#options;
    const earlier = await store.lastResolved(
      alert.pipeline,
      alert.rule,
      iso(now - settings.flapMinutes * 60_000),
    );
    const evidence = await this.#evidence(alert);
    const at = iso(now);
    const fired = { ...patch, state: 'firing' as const };
    if (earlier) {
      // Told that it fires and not yet that it was resolved: nothing is new to anybody.
      const isKnown =
        earlier.toldState === 'firing' ||
        (earlier.acknowledgedAt && earlier.toldState === undefined);
      await store.reopen(alert.id, earlier.id, {
        ...fired,
        resolvedAt: null,
        flaps: earlier.flaps + 1,
        notifyAt: isKnown ? this.#repeatOf(earlier, patch, now) : at,
        ...(evidence.length > 0 && { evidence }),
      });
      await store.record(earlier.id, {
        at,
        type: 'firing',
        text: `Again, after it was resolved: ${patch.summary}`,
      });
      return {
        ...alert,
        id: earlier.id,
        state: 'firing',
        startedAt: earlier.startedAt,
        firedAt: earlier.firedAt,
      };
    }
    await store.update(alert.id, {
      ...fired,
      firedAt: at,
      notifyAt: at,
      evidence,
    });
    await store.record(alert.id, { at: alert.startedAt, type: 'pending' });
    await store.record(alert.id, { at, type: 'firing', text: patch.summary });
    return { ...alert, state: 'firing', firedAt: at };
  }

  /** When an alert that people know of is repeated. */
  #repeatOf(
    earlier: StoredAlert,
    { severity }: Parameters<AlertStore['update']>[1],
    now: number,
  ): string | null {
    return severity === 'critical' && !earlier.acknowledgedAt
      ? iso(now + this.#options.settings.repeatMinutes * 60_000)
      : null;
  }

  async #evidence({ pipeline, metric }: Alert): Promise<Anomaly[]> {
    const { anomalies, logger } = this.#options;
    try {
      return await collectEvidence(
        metric,
        (query, signal) => anomalies(pipeline, query, signal),
        AbortSignal.timeout(EVIDENCE_TIMEOUT_MS),
      );
    } catch (error) {
      // The alert counts for more than its lines.
      logger.warn(
        `Reading the anomalies of "${pipeline}" for an alert: ${
          toError(error).message
        }`,
      );
      return [];
    }
  }

  #open(
    document: PipelineDocument,
    rule: AlertRule,
    value: number | undefined,
    now: number,
  ): Alert {
    const { category } = ALERT_METRICS[rule.metric];
    return {
      id: randomUUID(),
      pipeline: document.metadata.name,
      rule: rule.name,
      metric: rule.metric,
      severity: rule.severity,
      state: 'pending',
      summary: summaryOf(rule, value),
      node: document.spec.nodes.find(
        node => this.#options.catalogue.get(node.type)?.category === category,
      )?.id,
      value,
      operator: rule.operator,
      threshold: rule.threshold,
      startedAt: iso(now),
    };
  }

  async #end(alert: StoredAlert, text?: string): Promise<void> {
    const { store, settings } = this.#options;
    if (alert.state === 'pending') {
      await store.remove(alert.id);
      return;
    }
    const now = this.#now();
    await store.update(alert.id, {
      state: 'resolved',
      resolvedAt: iso(now),
      // One that comes and goes is not over yet; people keep the last message meanwhile.
      notifyAt: iso(
        alert.flaps > 0 ? now + settings.flapMinutes * 60_000 : now,
      ),
    });
    await store.record(alert.id, { at: iso(now), type: 'resolved', text });
  }

  #now() {
    return (this.#options.now ?? Date.now)();
  }
}

function judge(
  rule: AlertRule,
  window: SampleWindow,
  document: PipelineDocument,
  stands: boolean,
): Verdict {
  const value = alertMetricValue(rule.metric, window, document.spec.compute);
  if (value === null) {
    return { holds: stands && window.empty && rule.noData === 'alerting' };
  }
  const holds =
    rule.operator === '>' ? value > rule.threshold : value < rule.threshold;
  return { holds, value };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
