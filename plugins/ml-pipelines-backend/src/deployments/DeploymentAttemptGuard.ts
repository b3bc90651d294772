import { isTerminalState } from '@mlpipe/plugin-ml-pipelines-common';
import { parseAttemptId } from '../executor/AttemptDirectory';
import type { AttemptGuard } from '../terraform-state';
import type { DeploymentStore } from './DeploymentStore';

/** An attempt may change Terraform state while its deployment is open and no newer attempt has begun. */
export class DeploymentAttemptGuard implements AttemptGuard {
  constructor(private readonly store: Pick<DeploymentStore, 'get'>) {}

  async isCurrent(attemptId: string): Promise<boolean> {
    const parsed = parseAttemptId(attemptId);
    const record = parsed && (await this.store.get(parsed.deployment));
    return (
      record !== undefined &&
      record.attempt === parsed?.attempt &&
      !isTerminalState(record.state)
    );
  }
}
