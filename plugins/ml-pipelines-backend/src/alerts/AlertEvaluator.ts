import { randomUUID } from 'node:crypto';
import {
  Alert,
  ALERT_METRICS,
  AlertRule,
  NodeCatalogue,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { MetricsSource } from '../monitoring/MetricsSource';
import { alertMetricValue } from './alertMetricValue';
import type { AlertStore } from './AlertStore';

/** How far back a rule looks, in seconds: a few scrapes. */
export const ALERT_WINDOW_SECONDS = 60;

/** Says that an alert began to fire or was resolved. Must not throw. */
export type AlertNotifier = (
  alert: Alert,
  document: PipelineDocument,
) => Promise<void>;

/** Options of {@link AlertEvaluator}. */
export interface AlertEvaluatorOptions {
  store: AlertStore;
  metrics: Pick<MetricsSource, 'recent'>;
  catalogue: NodeCatalogue;
  notify: AlertNotifier;
  /** Called once per alert, when it begins to fire, silenced or not. Must not throw. */
  onFiring?: AlertNotifier;
  now?: () => number;
}

/**
 * Evaluates the alert rules of a pipeline the way Prometheus does: a condition
 * that holds makes an alert pending, one that held for `forSeconds` makes it
 * fire, one that ends resolves it. Nothing measured means that the condition
 * does not hold.
 */
export class AlertEvaluator {
  readonly #options: AlertEvaluatorOptions;

  constructor(options: AlertEvaluatorOptions) {
    this.#options = options;
  }

  /** Brings all alerts of a pipeline up to date and returns those that fire. */
  async evaluate(document: PipelineDocument): Promise<Alert[]> {
    const { store, metrics } = this.#options;
    const pipeline = document.metadata.name;
    const open = new Map((await store.open(pipeline)).map(a => [a.rule, a]));
    if (document.spec.alerts.length === 0 && open.size === 0) {
      return [];
    }
    const window = await metrics.recent(pipeline, ALERT_WINDOW_SECONDS);
    const firing: Alert[] = [];
    for (const rule of document.spec.alerts) {
      const alert = open.get(rule.name);
      open.delete(rule.name);
      const value = alertMetricValue(
        rule.metric,
        window,
        document.spec.compute,
      );
      const next = await this.#advance(document, rule, value, alert);
      if (next?.state === 'firing') {
        firing.push(next);
      }
    }
    // Rules that are gone from the document cannot fire any more.
    for (const alert of open.values()) {
      await this.#end(alert, document);
    }
    return firing;
  }

  async #advance(
    document: PipelineDocument,
    rule: AlertRule,
    value: number | null,
    alert: Alert | undefined,
  ): Promise<Alert | undefined> {
    const { store, notify } = this.#options;
    const holds =
      value !== null &&
      (rule.operator === '>' ? value > rule.threshold : value < rule.threshold);
    if (!holds) {
      if (alert) {
        await this.#end(alert, document);
      }
      return undefined;
    }
    const now = this.#now();
    let current = alert;
    if (!current) {
      current = this.#open(document, rule, value, now);
      if (!(await store.add(current))) {
        // Another backend was quicker.
        return undefined;
      }
    }
    const summary = summaryOf(rule, value);
    const since = Date.parse(current.startedAt);
    if (current.state === 'pending' && now - since >= rule.forSeconds * 1000) {
      current = {
        ...current,
        state: 'firing',
        value,
        summary,
        firedAt: new Date(now).toISOString(),
      };
      await store.update(current.id, current);
      await notify(current, document);
      await this.#options.onFiring?.(current, document);
      return current;
    }
    await store.update(current.id, { value, summary });
    return { ...current, value, summary };
  }

  #open(
    document: PipelineDocument,
    rule: AlertRule,
    value: number,
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
      threshold: rule.threshold,
      startedAt: new Date(now).toISOString(),
    };
  }

  async #end(alert: Alert, document: PipelineDocument): Promise<void> {
    const { store, notify } = this.#options;
    if (alert.state === 'pending') {
      await store.remove(alert.id);
      return;
    }
    const resolved: Alert = {
      ...alert,
      state: 'resolved',
      resolvedAt: new Date(this.#now()).toISOString(),
    };
    await store.update(alert.id, resolved);
    await notify(resolved, document);
  }

  #now() {
    return (this.#options.now ?? Date.now)();
  }
}

function summaryOf(rule: AlertRule, value: number): string {
  const { title, unit } = ALERT_METRICS[rule.metric];
  const figure = `${title}: ${Number(value.toPrecision(3))} ${unit}`.trim();
  const bound = `${rule.operator} ${rule.threshold}`;
  return rule.summary
    ? `${rule.summary} (${figure}, ${bound})`
    : `${figure}, ${bound}`;
}
