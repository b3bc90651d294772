import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import {
  TerraformCommandError,
  TerraformNotFoundError,
  TerraformRunnerError,
} from '@mlpipe/terraform-runner';
import type { DeploymentWork } from '../DeploymentWork';
import { observe } from '../isServing';
import { AttemptsExhaustedError } from '../TerraformAttempt';
import { DeploymentFailureError } from './DeploymentFailureError';
import { mapTerraformFailure } from './mapTerraformFailure';
import { readDriverError, toFailure } from './toFailure';

/** Names of errors of `@backstage/errors` that drivers and stores throw, by what they mean here. */
const BY_NAME: Record<string, { code: string; hint: string }> = {
  NotFoundError: {
    code: 'deployment.missing',
    hint: 'Create what is missing, or refer to something else, then deploy again.',
  },
  ServiceUnavailableError: {
    code: 'target.unavailable',
    hint: 'Wait until the target is available again, then deploy again.',
  },
  InputError: {
    code: 'deployment.invalid',
    hint: 'Correct the pipeline and deploy again.',
  },
  ConflictError: {
    code: 'deployment.conflict',
    hint: 'Wait until what it collides with has ended, then deploy again.',
  },
  NotAllowedError: {
    code: 'target.credentials',
    hint: 'Ask the owner of the target to renew the credentials of the portal.',
  },
};

/**
 * Turns an error of a step into cause, place and next step. What the workload
 * says about itself names the node when the error does not.
 */
export async function mapFailure(
  work: DeploymentWork,
  error: unknown,
): Promise<DeploymentFailure> {
  const failure = classify(error);
  const { log, record } = work;
  const applied = record.state === 'applying' || record.state === 'verifying';
  const lastError =
    applied && !failure.node
      ? await observe(work).then(
          status => status.lastError,
          () => undefined,
        )
      : undefined;
  return {
    ...failure,
    message: log.mask(
      lastError?.message && !failure.message.includes(lastError.message)
        ? `${failure.message} (${lastError.message})`
        : failure.message,
    ),
    hint: log.mask(failure.hint),
    node: failure.node ?? lastError?.node,
    excerpt: failure.excerpt?.map(line => log.mask(line)),
  };
}

function classify(error: unknown): DeploymentFailure {
  if (error instanceof DeploymentFailureError) {
    return error.failure;
  }
  if (error instanceof TerraformNotFoundError) {
    return {
      code: 'terraform.missing',
      message: error.message,
      hint: 'Install Terraform or OpenTofu on the machine of the portal, or set mlPipelines.terraform.binary, then deploy again.',
    };
  }
  if (error instanceof TerraformCommandError) {
    return mapTerraformFailure(error);
  }
  if (error instanceof TerraformRunnerError) {
    return {
      code: 'terraform.not-usable',
      message: error.message,
      hint: 'Correct the installation of Terraform, then deploy again.',
    };
  }
  if (error instanceof AttemptsExhaustedError) {
    return {
      code: 'deployment.attempts-exhausted',
      message: error.message,
      hint: 'Look at the log for what ended the attempts, then deploy again.',
    };
  }
  const said = readDriverError(error);
  if (said) {
    return toFailure(said);
  }
  const { name, message } =
    error instanceof Error ? error : new Error(String(error));
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  return {
    code: known?.code ?? 'deployment.unexpected',
    message,
    hint:
      known?.hint ??
      'Look at the log of the deployment and of the portal, then deploy again.',
  };
}
