import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';

/** Ends a deployment as failed with a cause that is known already. */
export class DeploymentFailureError extends Error {
  constructor(readonly failure: DeploymentFailure) {
    super(failure.message);
    this.name = 'DeploymentFailureError';
  }
}
