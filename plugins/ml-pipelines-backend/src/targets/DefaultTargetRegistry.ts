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
import { isDeepStrictEqual } from 'node:util';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { DeploymentUsage } from '../deployments/DeploymentUsage';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { DatabaseTargetStore } from './DatabaseTargetStore';
import type { DriverRegistry } from './DriverRegistry';
import type { TargetRegistration } from './readConfiguredTargets';
import { KnownTarget, resolveTarget, toSettings } from './resolveTarget';
import { TargetProbe } from './TargetProbe';
import type { RegisteredTarget, TargetRegistry } from './TargetRegistry';
import { ANY_CAPABILITIES } from './unknownCapabilities';
import { withTimeout } from '../withTimeout';

/** How long the portal waits for a driver to bring a target back. */
const START_TIMEOUT_MS = 60_000;

/** Options of {@link DefaultTargetRegistry}. */
export interface DefaultTargetRegistryOptions {
  drivers: DriverRegistry;
  /** From the configuration; these cannot be changed through the API. */
  configured: Map<string, TargetRegistration>;
  store: DatabaseTargetStore;
  pipelines: Pick<PipelineStore, 'countDeployed' | 'listDeployed'>;
  usage: Pick<DeploymentUsage, 'refuseUsedTarget'>;
  notifier: ChangeNotifier;
  logger: LoggerService;
  probe?: TargetProbe;
}

/** Targets of configuration and database; the configuration wins. */
export class DefaultTargetRegistry implements TargetRegistry {
  readonly #probe: TargetProbe;

  /** @throws Error when the driver of a configured target refuses its configuration */
  constructor(private readonly options: DefaultTargetRegistryOptions) {
    this.#probe = options.probe ?? new TargetProbe();
    for (const [name, registration] of options.configured) {
      try {
        this.#resolve({ name, registration, readOnly: true });
      } catch (error) {
        const message = `The target "${name}" of mlPipelines.targets in the configuration cannot be used: ${
          toError(error).message
        }`;
        // A missing module takes away its targets, not the portal.
        if (!(error instanceof ServiceUnavailableError)) {
          throw new Error(message);
        }
        options.logger.error(message);
      }
    }
  }

  async get(name: string): Promise<RegisteredTarget> {
    return this.#resolve(await this.#find(name));
  }

  async list(): Promise<RegisteredTarget[]> {
    return (await this.#all()).flatMap(known => {
      try {
        return [this.#resolve(known)];
      } catch (error) {
        this.options.logger.warn(
          `Target "${known.name}" is left out: ${toError(error).message}`,
        );
        return [];
      }
    });
  }

  async capabilities(name: string): Promise<TargetCapabilities> {
    return this.#probe.capabilities(await this.get(name));
  }

  async allCapabilities(): Promise<ReadonlyMap<string, TargetCapabilities>> {
    const ask = async (known: KnownTarget) => {
      try {
        return await this.#probe.capabilities(this.#resolve(known));
      } catch {
        return ANY_CAPABILITIES;
      }
    };
    const entries = (await this.#all()).map(
      async known => [known.name, await ask(known)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  async describe(name: string): Promise<Target> {
    const [known, counts] = await Promise.all([
      this.#find(name),
      this.options.pipelines.countDeployed(),
    ]);
    return this.#describe(known, counts);
  }

  async describeAll(): Promise<Target[]> {
    const [all, counts] = await Promise.all([
      this.#all(),
      this.options.pipelines.countDeployed(),
    ]);
    return Promise.all(all.map(known => this.#describe(known, counts)));
  }

  async save(
    name: string,
    registration: TargetRegistration,
    updatedBy: string,
  ): Promise<Target> {
    const { drivers, store, notifier } = this.options;
    this.#refuseConfigured(name);
    if (!drivers.get(registration.kind)) {
      throw new InputError(
        `There is no kind of target "${registration.kind}". Installed: ${
          drivers.kinds().join(', ') || 'none'
        }.`,
      );
    }
    // Resolved first, so that nothing is stored that could not be used.
    const next = this.#resolve({ name, registration, readOnly: false });
    const before = await store.get(name);
    const moves =
      before !== undefined &&
      (before.kind !== registration.kind ||
        !isDeepStrictEqual(before.config, registration.config));
    if (moves) {
      await this.#refuseInUse(name, 'its kind and configuration can change');
    }
    await store.save(name, registration, updatedBy);
    this.#probe.forget(name);
    if (!before || moves) {
      await this.#start(next);
    }
    await notifier.targetChanged(name);
    return this.describe(name);
  }

  async delete(name: string): Promise<void> {
    this.#refuseConfigured(name);
    await this.#find(name);
    await this.#refuseInUse(name, 'it can be removed');
    await this.options.store.delete(name);
    this.#probe.forget(name);
    await this.options.notifier.targetDeleted(name);
  }

  async start(): Promise<void> {
    await Promise.all((await this.list()).map(target => this.#start(target)));
  }

  async #start({ target, driver, ref }: RegisteredTarget): Promise<void> {
    try {
      await withTimeout(
        Promise.resolve(driver.start?.(ref)),
        START_TIMEOUT_MS,
        () => {
          throw new Error(`It was not up within ${START_TIMEOUT_MS / 1000} s.`);
        },
      );
    } catch (error) {
      this.options.logger.error(
        `Target "${target.name}" did not start: ${toError(error).message}`,
        toError(error),
      );
    }
  }

  /** The configured ones first, each group by name. */
  async #all(): Promise<KnownTarget[]> {
    const { configured, store } = this.options;
    const stored = [...(await store.list())].filter(
      ([name]) => !configured.has(name),
    );
    return [
      ...[...configured].map(([name, registration]) => ({
        name,
        registration,
        readOnly: true,
      })),
      ...stored.map(([name, registration]) => ({
        name,
        registration,
        readOnly: false,
      })),
    ];
  }

  async #find(name: string): Promise<KnownTarget> {
    const configured = this.options.configured.get(name);
    const registration = configured ?? (await this.options.store.get(name));
    if (!registration) {
      throw new NotFoundError(
        `There is no target "${name}". Add it under Targets, or to mlPipelines.targets in the configuration.`,
      );
    }
    return { name, registration, readOnly: configured !== undefined };
  }

  #resolve(known: KnownTarget): RegisteredTarget {
    return resolveTarget(this.options.drivers, known);
  }

  async #describe(
    known: KnownTarget,
    counts: ReadonlyMap<string, number>,
  ): Promise<Target> {
    let condition;
    try {
      condition = await this.#probe.describe(this.#resolve(known));
    } catch (error) {
      condition = this.#probe.unusable(known.name, toError(error).message);
    }
    return {
      ...toSettings(known),
      pipelines: counts.get(known.name) ?? 0,
      ...condition,
    };
  }

  #refuseConfigured(name: string): void {
    if (this.options.configured.has(name)) {
      throw new ConflictError(
        `Target "${name}" comes from the configuration: change it in mlPipelines.targets and restart the portal.`,
      );
    }
  }

  async #refuseInUse(name: string, before: string): Promise<void> {
    const users = await this.options.pipelines.listDeployed(name);
    if (users.length) {
      const names = users.map(user => `"${user.name}"`).join(', ');
      throw new ConflictError(
        `Target "${name}" runs ${names}. Remove what is deployed on it before ${before}.`,
      );
    }
    await this.options.usage.refuseUsedTarget(name);
  }
}
