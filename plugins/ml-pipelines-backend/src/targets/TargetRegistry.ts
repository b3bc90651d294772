import type {
  probeTargetRequestSchema,
  saveTargetCredentialsRequestSchema,
  saveTargetRequestSchema,
  Target,
  TargetCapabilities,
  TargetClusterAccess,
  TargetCredentialsInfo,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver, TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { z } from 'zod';

/** A target as it was registered, without what must be asked of it. */
export type TargetSettings = Omit<
  Target,
  'capabilities' | 'status' | 'pipelines'
>;

/** A target together with the code that works on it. */
export interface RegisteredTarget {
  target: TargetSettings;
  driver: TargetDriver;
  /** What the driver's methods take. */
  ref: TargetRef<unknown>;
}

/** Targets from app-config and from the database, and their drivers. */
export interface TargetRegistry {
  /**
   * @throws NotFoundError for an unknown target
   * @throws ServiceUnavailableError when no driver of its kind is installed
   */
  get(name: string): Promise<RegisteredTarget>;
  /** All usable targets. */
  list(): Promise<RegisteredTarget[]>;
  /** Cached for a short time. */
  capabilities(name: string): Promise<TargetCapabilities>;
  /** For validation: all targets with what they can do. Never throws, never waits long. */
  allCapabilities(): Promise<ReadonlyMap<string, TargetCapabilities>>;

  /** As the API shows it, with its present status. */
  describe(name: string): Promise<Target>;
  /** All, each with a status; a dead target delays nobody. */
  describeAll(): Promise<Target[]>;
  /**
   * @throws InputError
   * @throws ConflictError when it comes from app-config, or would lead away from what runs there
   * @throws NotAllowedError when it would send credentials of somebody else to another place
   */
  save(
    name: string,
    request: z.output<typeof saveTargetRequestSchema>,
    updatedBy: string,
  ): Promise<Target>;
  /**
   * Removes a target and what the portal made there for all of its pipelines.
   *
   * @param options - `forget`: without touching the target, which is gone for good
   * @returns pipelines whose data is kept there, for which all of it was left
   * @throws NotFoundError
   * @throws ConflictError while it is used, or when something holds the removal up
   */
  delete(
    name: string,
    options?: { forget?: boolean },
  ): Promise<{ kept: string[] }>;

  /**
   * Writes or replaces what a target is reached with; it takes effect at once.
   * The target may be registered later.
   *
   * @throws InputError, ConflictError (another kind, or another place while in use)
   */
  saveCredentials(
    name: string,
    request: z.output<typeof saveTargetCredentialsRequestSchema>,
    updatedBy: string,
  ): Promise<TargetCredentialsInfo>;
  /** Drops credentials of names that are no targets, a day after they were written. */
  dropUnusedCredentials(): Promise<void>;
  /**
   * Looks at all of a target that may not be registered.
   *
   * @throws InputError
   * @throws NotAllowedError when it would send credentials of somebody else to another place
   */
  probe(
    request: z.output<typeof probeTargetRequestSchema>,
    askedBy: string,
  ): Promise<TargetInspection>;
  /** @throws NotFoundError when there is no such target, or it is no cluster */
  clusterAccess(name: string): Promise<TargetClusterAccess>;
  /** @throws NotFoundError, InputError, ServiceUnavailableError */
  inspect(name: string): Promise<TargetInspection>;

  /** Lets every driver bring back what its targets should run; logs failures. */
  start(): Promise<void>;
}
