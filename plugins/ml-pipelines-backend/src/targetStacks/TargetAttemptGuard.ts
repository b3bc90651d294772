import type { AttemptGuard } from '../terraform-state';
import { parseTargetAttemptId } from './targetAttempt';
import type { TargetStackStore } from './TargetStackStore';

/** A try may change the state of its target while it holds the lease; any other id is for another guard. */
export class TargetAttemptGuard implements AttemptGuard {
  constructor(
    private readonly store: Pick<TargetStackStore, 'get'>,
    private readonly others: AttemptGuard,
  ) {}

  async isCurrent(attemptId: string): Promise<boolean> {
    const parsed = parseTargetAttemptId(attemptId);
    if (!parsed) {
      return this.others.isCurrent(attemptId);
    }
    const record = await this.store.get(parsed.target);
    return record !== undefined && record.leased
      ? record.attempt === parsed.attempt
      : false;
  }
}
