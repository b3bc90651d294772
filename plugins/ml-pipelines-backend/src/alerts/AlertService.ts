import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type {
  AlertDetail,
  CreateSilenceRequest,
  Silence,
} from '@mlpipe/plugin-ml-pipelines-common';
import { randomUUID } from 'node:crypto';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { AlertMessenger } from './AlertMessenger';
import type { AlertStore, StoredAlert } from './AlertStore';
import type { SilenceStore } from './SilenceStore';

/** Options of {@link AlertService}. */
export interface AlertServiceOptions {
  store: AlertStore;
  silences: SilenceStore;
  messenger: Pick<AlertMessenger, 'run'>;
  pipelines: Pick<PipelineStore, 'get' | 'getRevision'>;
  now?: () => number;
}

/** What people do with alerts. Who may is decided before. */
export class AlertService {
  constructor(private readonly options: AlertServiceOptions) {}

  /** @throws NotFoundError */
  async get(id: string): Promise<StoredAlert> {
    const alert = await this.options.store.get(id);
    if (!alert) {
      throw unknownAlert(id);
    }
    return alert;
  }

  /** An alert with its history and the lines concerned. @throws NotFoundError */
  async detail(id: string): Promise<AlertDetail> {
    const { flaps, notifyAt, toldState, ...alert } = await this.get(id);
    return { ...alert, events: await this.options.store.events(id) };
  }

  /**
   * Takes an alert over: it is not repeated any more.
   *
   * @throws NotFoundError, ConflictError unless it fires
   */
  async acknowledge(
    id: string,
    by: string,
    comment: string | undefined,
  ): Promise<AlertDetail> {
    const { state } = await this.get(id);
    if (state !== 'firing') {
      throw new ConflictError(
        state === 'resolved'
          ? 'This alert is resolved already; there is nothing to acknowledge.'
          : 'This alert does not fire yet; acknowledge it once it does.',
      );
    }
    const at = this.#now();
    await this.options.store.acknowledge(id, { at, by, comment });
    return this.detail(id);
  }

  /** Those that hold right now. @throws NotFoundError for an unknown pipeline */
  async listSilences(pipeline: string): Promise<Silence[]> {
    await this.#rulesOf(pipeline);
    return this.options.silences.list(pipeline, this.#now());
  }

  /**
   * Notifies nobody of the alerts of a pipeline, or of one rule, for a while.
   *
   * @throws NotFoundError for an unknown pipeline, InputError for an unknown rule
   */
  async silence(
    pipeline: string,
    request: CreateSilenceRequest,
    by: string,
  ): Promise<Silence> {
    const { store, silences } = this.options;
    const { rule, minutes, comment } = request;
    const rules = await this.#rulesOf(pipeline);
    if (rule !== undefined && !rules.has(rule)) {
      throw new InputError(
        `Pipeline "${pipeline}" has no alert rule "${rule}". It has: ${
          [...rules].join(', ') || 'none'
        }.`,
      );
    }
    const now = this.#now();
    const silence: Silence = {
      id: randomUUID(),
      pipeline,
      rule,
      comment,
      createdBy: by,
      createdAt: now,
      endsAt: new Date(Date.parse(now) + minutes * 60_000).toISOString(),
    };
    await silences.add(silence);
    for (const alert of await store.open(pipeline)) {
      if (rule === undefined || rule === alert.rule) {
        await store.record(alert.id, {
          at: now,
          type: 'silenced',
          by,
          text: `Until ${silence.endsAt}: ${comment}`,
        });
      }
    }
    return silence;
  }

  /** Ends a silence early; what it kept back is sent now. @throws NotFoundError */
  async endSilence(pipeline: string, id: string): Promise<void> {
    const { store, silences, messenger } = this.options;
    if (!(await silences.remove(pipeline, id))) {
      throw new NotFoundError(
        `There is no silence "${id}" of pipeline "${pipeline}". It may have ended.`,
      );
    }
    await store.release(id, this.#now());
    await messenger.run(pipeline);
  }

  /** Rules of the newest and of the deployed revision, and of what is open. */
  async #rulesOf(name: string): Promise<Set<string>> {
    const { pipelines, store } = this.options;
    const pipeline = await pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    const deployed =
      pipeline.deployedRevision === undefined
        ? undefined
        : await pipelines.getRevision(name, pipeline.deployedRevision);
    return new Set([
      ...pipeline.document.spec.alerts.map(rule => rule.name),
      ...(deployed?.document.spec.alerts ?? []).map(rule => rule.name),
      ...(await store.open(name)).map(alert => alert.rule),
    ]);
  }

  #now(): string {
    return new Date((this.options.now ?? Date.now)()).toISOString();
  }
}

/** The same for an alert that does not exist and for one that the caller must not know of. */
export function unknownAlert(id: string): NotFoundError {
  return new NotFoundError(
    `There is no alert "${id}". It may have been removed with its pipeline.`,
  );
}
