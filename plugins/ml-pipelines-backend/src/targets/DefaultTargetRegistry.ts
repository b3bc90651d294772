import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type {
  Target,
  TargetCapabilities,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetCheck } from '@mlpipe/plugin-ml-pipelines-node';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { DatabaseTargetStore } from './DatabaseTargetStore';
import type { DriverRegistry } from './DriverRegistry';
import { ExpiringCache } from './ExpiringCache';
import type { TargetRegistration } from './readConfiguredTargets';
import type {
  RegisteredTarget,
  TargetRegistry,
  TargetSettings,
} from './TargetRegistry';
import { ANY_CAPABILITIES, NO_CAPABILITIES } from './unknownCapabilities';

/** Options of {@link DefaultTargetRegistry}. */
export interface DefaultTargetRegistryOptions {
  drivers: DriverRegistry;
  /** From the configuration; these cannot be changed through the API. */
  configured: Map<string, TargetRegistration>;
  store: DatabaseTargetStore;
  pipelines: Pick<PipelineStore, 'countDeployed' | 'listDeployed'>;
  notifier: ChangeNotifier;
  logger: LoggerService;
  /** How long a status is good for, in milliseconds. Default 10 s. */
  statusTtlMs?: number;
  /** How long one target may take to answer, in milliseconds. Default 3 s. */
  timeoutMs?: number;
}

type Known = { registration: TargetRegistration; readOnly: boolean };

/** Targets of configuration and database; the configuration wins. */
export class DefaultTargetRegistry implements TargetRegistry {
  readonly #checks: ExpiringCache<{ check: TargetCheck; checkedAt: string }>;
  readonly #capabilities: ExpiringCache<TargetCapabilities>;

  /** @throws Error when a configured target cannot work */
  constructor(private readonly options: DefaultTargetRegistryOptions) {
    const { statusTtlMs = 10_000, timeoutMs = 3_000 } = options;
    this.#checks = new ExpiringCache({ ttlMs: statusTtlMs, timeoutMs });
    this.#capabilities = new ExpiringCache({
      ttlMs: 3 * statusTtlMs,
      timeoutMs,
    });
    for (const [name, registration] of options.configured) {
      try {
        this.#register(name, { registration, readOnly: true });
      } catch (error) {
        throw new Error(
          `The target "${name}" of mlPipelines.targets in the configuration cannot be used: ${
            toError(error).message
          }`,
        );
      }
    }
  }

  async get(name: string): Promise<RegisteredTarget> {
    return this.#register(name, await this.#find(name));
  }

  async list(): Promise<RegisteredTarget[]> {
    return [...(await this.#all())].flatMap(([name, known]) => {
      try {
        return [this.#register(name, known)];
      } catch (error) {
        this.options.logger.warn(
          `Target "${name}" is left out: ${toError(error).message}`,
        );
        return [];
      }
    });
  }

  async capabilities(name: string): Promise<TargetCapabilities> {
    return this.#askCapabilities(await this.get(name));
  }

  async allCapabilities(): Promise<ReadonlyMap<string, TargetCapabilities>> {
    const known = [...(await this.#all())];
    return new Map(
      await Promise.all(
        known.map(async ([name, entry]) => {
          try {
            return [
              name,
              await this.#askCapabilities(this.#register(name, entry)),
            ] as const;
          } catch {
            return [name, ANY_CAPABILITIES] as const;
          }
        }),
      ),
    );
  }

  async describe(name: string): Promise<Target> {
    const [known, counts] = await Promise.all([
      this.#find(name),
      this.options.pipelines.countDeployed(),
    ]);
    return this.#describe(name, known, counts.get(name) ?? 0);
  }

  async describeAll(): Promise<Target[]> {
    const [known, counts] = await Promise.all([
      this.#all(),
      this.options.pipelines.countDeployed(),
    ]);
    return Promise.all(
      [...known].map(([name, entry]) =>
        this.#describe(name, entry, counts.get(name) ?? 0),
      ),
    );
  }

  async save(
    name: string,
    request: TargetRegistration,
    updatedBy: string,
  ): Promise<Target> {
    this.#refuseConfigured(name);
    if (!this.options.drivers.get(request.kind)) {
      const kinds = this.options.drivers.kinds().join(', ') || 'none';
      throw new InputError(
        `There is no kind of target "${request.kind}". Installed: ${kinds}.`,
      );
    }
    // Checked here, so that nothing is stored that could not be used.
    const next = this.#register(name, {
      registration: request,
      readOnly: false,
    });
    const before = await this.options.store.get(name);
    const movesWorkloads =
      before &&
      (before.kind !== request.kind ||
        !isDeepStrictEqual(before.config, request.config));
    if (movesWorkloads) {
      await this.#refuseInUse(name, 'its kind and configuration can change');
    }
    await this.options.store.save(name, request, updatedBy);
    this.#forget(name);
    if (!before || movesWorkloads) {
      await this.#start(next);
    }
    await this.options.notifier.targetChanged(name);
    return this.describe(name);
  }

  async delete(name: string): Promise<void> {
    this.#refuseConfigured(name);
    await this.#find(name);
    await this.#refuseInUse(name, 'it can be removed');
    await this.options.store.delete(name);
    this.#forget(name);
    await this.options.notifier.targetDeleted(name);
  }

  async start(): Promise<void> {
    await Promise.all((await this.list()).map(target => this.#start(target)));
  }

  async #start({ target, driver, ref }: RegisteredTarget): Promise<void> {
    try {
      await driver.start?.(ref);
    } catch (error) {
      this.options.logger.error(
        `Target "${target.name}" did not start: ${toError(error).message}`,
        toError(error),
      );
    }
  }

  /** Registered targets, the configured ones first, each group by name. */
  async #all(): Promise<Map<string, Known>> {
    const { configured, store } = this.options;
    const all = new Map<string, Known>();
    for (const [name, registration] of configured) {
      all.set(name, { registration, readOnly: true });
    }
    for (const [name, registration] of await store.list()) {
      if (!all.has(name)) {
        all.set(name, { registration, readOnly: false });
      }
    }
    return all;
  }

  async #find(name: string): Promise<Known> {
    const configured = this.options.configured.get(name);
    if (configured) {
      return { registration: configured, readOnly: true };
    }
    const stored = await this.options.store.get(name);
    if (!stored) {
      throw new NotFoundError(
        `There is no target "${name}". Add it under Targets, or to mlPipelines.targets in the configuration.`,
      );
    }
    return { registration: stored, readOnly: false };
  }

  #register(name: string, known: Known): RegisteredTarget {
    const { registration } = known;
    const driver = this.options.drivers.get(registration.kind);
    if (!driver) {
      const kinds = this.options.drivers.kinds().join(', ') || 'none';
      throw new ServiceUnavailableError(
        `No driver for targets of kind "${registration.kind}" is installed. Installed: ${kinds}.`,
      );
    }
    const parsed = driver.configSchema.safeParse(registration.config);
    if (!parsed.success) {
      throw new InputError(
        `The configuration of target "${name}" is wrong:\n${z.prettifyError(
          parsed.error,
        )}`,
      );
    }
    return {
      target: toSettings(name, known),
      driver,
      ref: { name, config: parsed.data },
    };
  }

  #askCapabilities({
    target,
    driver,
    ref,
  }: RegisteredTarget): Promise<TargetCapabilities> {
    return this.#capabilities.get(target.name, () => driver.capabilities(ref));
  }

  async #describe(
    name: string,
    known: Known,
    pipelines: number,
  ): Promise<Target> {
    const settings = toSettings(name, known);
    try {
      const registered = this.#register(name, known);
      const { driver, ref } = registered;
      const [status, capabilities] = await Promise.all([
        this.#checks.get(name, async () => ({
          check: await driver.check(ref),
          checkedAt: new Date().toISOString(),
        })),
        this.#askCapabilities(registered),
      ]);
      return {
        ...settings,
        pipelines,
        capabilities,
        status: { ...status.check, checkedAt: status.checkedAt },
      };
    } catch (error) {
      return {
        ...settings,
        pipelines,
        capabilities: this.#capabilities.last(name) ?? NO_CAPABILITIES,
        status: {
          ready: false,
          reason: toError(error).message,
          checkedAt: new Date().toISOString(),
        },
      };
    }
  }

  #forget(name: string) {
    this.#checks.forget(name);
    this.#capabilities.forget(name);
  }

  #refuseConfigured(name: string) {
    if (this.options.configured.has(name)) {
      throw new ConflictError(
        `Target "${name}" comes from the configuration: change it in mlPipelines.targets and restart the portal.`,
      );
    }
  }

  async #refuseInUse(name: string, before: string) {
    const users = await this.options.pipelines.listDeployed(name);
    if (users.length) {
      throw new ConflictError(
        `Target "${name}" runs ${users
          .map(user => `"${user.name}"`)
          .join(', ')}. Remove what is deployed on it before ${before}.`,
      );
    }
  }
}

function toSettings(
  name: string,
  { registration, readOnly }: Known,
): TargetSettings {
  const { config: _config, ...settings } = registration;
  return { ...settings, name, title: settings.title ?? name, readOnly };
}
