import { toError } from '@backstage/errors';
import type {
  Target,
  TargetCapabilities,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ExpiringCache } from './ExpiringCache';
import type { RegisteredTarget } from './TargetRegistry';
import { NO_CAPABILITIES } from './unknownCapabilities';

/** Options of {@link TargetProbe}. */
export interface TargetProbeOptions {
  /** How long a status is good for, in milliseconds. Default 10 s. */
  statusTtlMs?: number;
  /** How long one target may take to answer, in milliseconds. Default 3 s. */
  timeoutMs?: number;
}

/** Asks targets how they are and what they can do; a dead one delays nobody for long. */
export class TargetProbe {
  readonly #statuses: ExpiringCache<Target['status']>;
  readonly #capabilities: ExpiringCache<TargetCapabilities>;
  /** Since when each is as it is, as far as this backend has seen. */
  readonly #since = new Map<string, { ready: boolean; since: string }>();

  constructor({
    statusTtlMs = 10_000,
    timeoutMs = 3_000,
  }: TargetProbeOptions = {}) {
    this.#statuses = new ExpiringCache({
      ttlMs: statusTtlMs,
      timeoutMs,
      // What was well a while ago and is silent now is not well.
      maxAgeMs: 2 * statusTtlMs,
    });
    this.#capabilities = new ExpiringCache({
      ttlMs: 3 * statusTtlMs,
      timeoutMs,
    });
  }

  /** @throws whatever the driver throws, or an error after the time-out when nothing is known */
  capabilities(registered: RegisteredTarget): Promise<TargetCapabilities> {
    const { target, driver, ref } = registered;
    return this.#capabilities.get(target.name, () => driver.capabilities(ref));
  }

  /** Never throws: a target that cannot be asked is one that is not ready. */
  async describe(
    registered: RegisteredTarget,
  ): Promise<Pick<Target, 'status' | 'capabilities'>> {
    const { target, driver, ref } = registered;
    try {
      const [status, capabilities] = await Promise.all([
        this.#statuses.get(target.name, async () => ({
          ...(await driver.check(ref)),
          checkedAt: new Date().toISOString(),
        })),
        this.capabilities(registered),
      ]);
      return { status: this.#dated(target.name, status), capabilities };
    } catch (error) {
      return this.unusable(target.name, toError(error).message);
    }
  }

  /** What is shown of a target that cannot even be asked. */
  unusable(
    name: string,
    reason: string,
  ): Pick<Target, 'status' | 'capabilities'> {
    const checkedAt = new Date().toISOString();
    return {
      status: this.#dated(name, { ready: false, reason, checkedAt }),
      capabilities: this.#capabilities.last(name) ?? NO_CAPABILITIES,
    };
  }

  forget(name: string): void {
    this.#statuses.forget(name);
    this.#capabilities.forget(name);
    this.#since.delete(name);
  }

  #dated(name: string, status: Target['status']): Target['status'] {
    const { ready, checkedAt } = status;
    const known = this.#since.get(name);
    const since = known?.ready === ready ? known.since : checkedAt;
    this.#since.set(name, { ready, since });
    return { ...status, since };
  }
}
