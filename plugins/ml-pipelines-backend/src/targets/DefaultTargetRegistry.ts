import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type {
  ProbeTargetRequest,
  SaveTargetCredentialsRequest,
  Target,
  TargetCapabilities,
  TargetClusterAccess,
  TargetCredentialsInfo,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import { saveTargetRequestSchema } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver } from '@mlpipe/plugin-ml-pipelines-node';
import { isDeepStrictEqual } from 'node:util';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { DeploymentUsage } from '../deployments/DeploymentUsage';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type {
  DatabaseTargetCredentialsStore,
  StoredCredentials,
} from './DatabaseTargetCredentialsStore';
import type { DatabaseTargetStore } from './DatabaseTargetStore';
import type { DriverRegistry } from './DriverRegistry';
import { inspectTarget } from './inspectTarget';
import { isSamePlace } from './isSamePlace';
import type { TargetRegistration } from './readConfiguredTargets';
import {
  KnownTarget,
  parseCredentials,
  resolveTarget,
  toSettings,
} from './resolveTarget';
import { TargetProbe } from './TargetProbe';
import type { TargetStacks } from '../targetStacks/TargetStacks';
import type { RegisteredTarget, TargetRegistry } from './TargetRegistry';
import { ANY_CAPABILITIES } from './unknownCapabilities';
import { withTimeout } from '../withTimeout';

/** How long the portal waits for a driver to bring a target back. */
const START_TIMEOUT_MS = 60_000;
/** How long credentials wait for their target to be registered. */
const UNUSED_CREDENTIALS_MS = 24 * 3600 * 1000;

/** Options of {@link DefaultTargetRegistry}. */
export interface DefaultTargetRegistryOptions {
  drivers: DriverRegistry;
  /** From the configuration; these cannot be changed through the API. */
  configured: Map<string, TargetRegistration>;
  store: DatabaseTargetStore;
  credentials: DatabaseTargetCredentialsStore;
  stacks: Pick<TargetStacks, 'exists' | 'destroy' | 'forget'>;
  pipelines: Pick<PipelineStore, 'countDeployed' | 'listDeployed'>;
  usage: Pick<DeploymentUsage, 'refuseUsedTarget'>;
  notifier: ChangeNotifier;
  logger: LoggerService;
  probe?: TargetProbe;
}

/** Targets of configuration and database; the configuration wins. */
export class DefaultTargetRegistry implements TargetRegistry {
  readonly #probe: TargetProbe;
  /** Drivers that were given a target of that name to start. */
  readonly #started = new Map<string, TargetDriver>();

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
    const { store, notifier } = this.options;
    this.#refuseConfigured(name);
    this.#driver(registration.kind);
    const stored = await this.options.credentials.get(name);
    // Resolved first, so that nothing is stored that could not be used.
    const next = this.#resolve({
      name,
      registration,
      readOnly: false,
      credentials: stored,
    });
    const before = await store.get(name);
    const changed =
      before !== undefined &&
      (before.kind !== registration.kind ||
        !isDeepStrictEqual(before.config, registration.config));
    const known = before && {
      name,
      registration: before,
      readOnly: false,
      credentials: stored,
    };
    if (changed && !this.#isSamePlace(known, next)) {
      await this.#refuseInUse(name, 'its kind and configuration can change');
      if (await this.options.stacks.exists(name)) {
        throw new ConflictError(
          `The portal prepared target "${name}" where it is now. Remove the target and register the new place.`,
        );
      }
    }
    this.#refuseForeignCredentials(known, next, stored, updatedBy);
    await store.save(name, registration, updatedBy);
    if (!before || changed) {
      await this.#renew(next);
    } else {
      this.#probe.forget(name);
    }
    await notifier.targetChanged(name);
    return this.describe(name);
  }

  async delete(
    name: string,
    options: { forget?: boolean } = {},
  ): Promise<{ kept: string[] }> {
    const { store, stacks, credentials, drivers, notifier } = this.options;
    this.#refuseConfigured(name);
    const known = await this.#find(name);
    const { registration } = known;
    await this.#refuseInUse(name, 'it can be removed');
    let kept: string[] = [];
    if (options.forget) {
      await stacks.forget(name);
    } else if (await stacks.exists(name)) {
      ({ kept } = await stacks.destroy(this.#resolve(known)));
    }
    await store.delete(name);
    await credentials.delete(name);
    await this.#forget(name, drivers.get(registration.kind));
    await notifier.targetDeleted(name);
    return { kept };
  }

  async saveCredentials(
    name: string,
    request: SaveTargetCredentialsRequest,
    updatedBy: string,
  ): Promise<TargetCredentialsInfo> {
    const { credentials, notifier } = this.options;
    const { kind } = request;
    const value = parseCredentials(this.#driver(kind), request.credentials);
    const known = await this.#known(name);
    if (!known) {
      return credentials.save(name, { kind, value, updatedBy });
    }
    if (known.registration.kind !== kind) {
      throw new ConflictError(
        `Target "${name}" is of kind "${known.registration.kind}": write credentials for that kind, or remove the target first.`,
      );
    }
    const next = this.#resolve({ ...known, credentials: undefined });
    next.ref = { ...next.ref, credentials: value };
    if (known.credentials && !this.#isSamePlace(known, next)) {
      await this.#refuseInUse(name, 'its credentials can be for another place');
    }
    const info = await credentials.save(name, { kind, value, updatedBy });
    await this.#renew(next);
    await notifier.targetChanged(name);
    return info;
  }

  async dropUnusedCredentials(): Promise<void> {
    const { credentials, configured, logger } = this.options;
    const dropped = await credentials.deleteUnused({
      before: new Date(Date.now() - UNUSED_CREDENTIALS_MS),
      except: [...configured.keys()],
    });
    if (dropped > 0) {
      logger.info(
        `Dropped credentials of ${dropped} targets that were never registered`,
      );
    }
  }

  async probe(
    request: ProbeTargetRequest,
    askedBy: string,
  ): Promise<TargetInspection> {
    const { kind, name, config } = request;
    const driver = this.#driver(kind);
    const known = name === undefined ? undefined : await this.#known(name);
    const given = request.credentials;
    const stored =
      given || name === undefined
        ? undefined
        : await this.options.credentials.get(name);
    const next = this.#resolve({
      name: name ?? 'probe',
      registration: saveTargetRequestSchema.parse({ kind, config }),
      readOnly: false,
      credentials: stored,
    });
    if (given) {
      next.ref = {
        ...next.ref,
        credentials: parseCredentials(driver, given),
      };
    }
    this.#refuseForeignCredentials(known, next, stored, askedBy);
    return inspectTarget(next);
  }

  async clusterAccess(name: string): Promise<TargetClusterAccess> {
    const { driver, ref } = await this.get(name);
    if (!driver.clusterAccess) {
      throw new NotFoundError(`Target "${name}" is no cluster.`);
    }
    return driver.clusterAccess(ref);
  }

  async inspect(name: string): Promise<TargetInspection> {
    return inspectTarget(await this.get(name));
  }

  async start(): Promise<void> {
    const targets = await this.list();
    const names = new Set(targets.map(({ target }) => target.name));
    // Another backend may have removed them.
    for (const [name, driver] of this.#started) {
      if (!names.has(name)) {
        await this.#forget(name, driver);
      }
    }
    await Promise.all(targets.map(target => this.#start(target)));
  }

  async #start({ target, driver, ref }: RegisteredTarget): Promise<void> {
    this.#started.set(target.name, driver);
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
    const [stored, credentials] = await Promise.all([
      store.list(),
      this.options.credentials.list(),
    ]);
    return [
      ...[...configured].map(([name, registration]) => ({
        name,
        registration,
        readOnly: true,
        credentials: credentials.get(name),
      })),
      ...[...stored]
        .filter(([name]) => !configured.has(name))
        .map(([name, registration]) => ({
          name,
          registration,
          readOnly: false,
          credentials: credentials.get(name),
        })),
    ];
  }

  async #find(name: string): Promise<KnownTarget> {
    const known = await this.#known(name);
    if (!known) {
      throw new NotFoundError(
        `There is no target "${name}". Add it under Targets, or to mlPipelines.targets in the configuration.`,
      );
    }
    return known;
  }

  async #known(name: string): Promise<KnownTarget | undefined> {
    const { configured, store, credentials } = this.options;
    const registration = configured.get(name) ?? (await store.get(name));
    return (
      registration && {
        name,
        registration,
        readOnly: configured.has(name),
        credentials: await credentials.get(name),
      }
    );
  }

  /** @throws InputError */
  #driver(kind: string): TargetDriver {
    const { drivers } = this.options;
    const driver = drivers.get(kind);
    if (!driver) {
      throw new InputError(
        `There is no kind of target "${kind}". Installed: ${
          drivers.kinds().join(', ') || 'none'
        }.`,
      );
    }
    return driver;
  }

  #resolve(known: KnownTarget): RegisteredTarget {
    return resolveTarget(this.options.drivers, known);
  }

  async #describe(
    known: KnownTarget,
    counts: ReadonlyMap<string, number>,
  ): Promise<Target> {
    let condition;
    const shown: Pick<Target, 'catalog' | 'configuration'> = {};
    try {
      const registered = this.#resolve(known);
      const { driver, ref } = registered;
      shown.configuration = driver.describeConfig?.(ref.config);
      shown.catalog = driver.describeEntity?.(ref);
      condition = await this.#probe.describe(registered);
    } catch (error) {
      condition = this.#probe.unusable(known.name, toError(error).message);
    }
    return {
      ...toSettings(known),
      pipelines: counts.get(known.name) ?? 0,
      ...shown,
      ...condition,
    };
  }

  /** Lets the driver begin anew with what a target has become. */
  async #renew(next: RegisteredTarget): Promise<void> {
    await this.#forget(next.target.name, next.driver);
    await this.#start(next);
  }

  async #forget(name: string, driver: TargetDriver | undefined): Promise<void> {
    this.#started.delete(name);
    this.#probe.forget(name);
    try {
      await driver?.forget?.(name);
    } catch (error) {
      this.options.logger.warn(
        `Target "${name}" was not forgotten entirely: ${
          toError(error).message
        }`,
      );
    }
  }

  /** Not known to be the same: false. */
  #isSamePlace(before: KnownTarget | undefined, after: RegisteredTarget) {
    if (!before) {
      return false;
    }
    try {
      const { driver, ref } = this.#resolve(before);
      return driver === after.driver && isSamePlace(driver, ref, after.ref);
    } catch {
      return false;
    }
  }

  /**
   * Credentials are write-only: only who wrote them may point them at another
   * place, where somebody could read them.
   */
  #refuseForeignCredentials(
    before: KnownTarget | undefined,
    after: RegisteredTarget,
    stored: StoredCredentials | undefined,
    principal: string,
  ): void {
    if (
      stored &&
      after.ref.credentials !== undefined &&
      stored.info.updatedBy !== principal &&
      !this.#isSamePlace(before, after)
    ) {
      throw new NotAllowedError(
        `The credentials of target "${after.target.name}" were written by ${stored.info.updatedBy}, who alone may use them for another place. Write them again.`,
      );
    }
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
