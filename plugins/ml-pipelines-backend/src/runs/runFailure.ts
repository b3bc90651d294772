import { toError } from '@backstage/errors';
import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import { ArtifactTooLargeError } from '../artifacts/ArtifactStore';
import { readDriverError, toFailure } from '../executor/failure/toFailure';

const HINTS: Record<string, { code: string; hint: string }> = {
  NotFoundError: {
    code: 'run.missing',
    hint: 'Create what is missing, then start the run again.',
  },
  ServiceUnavailableError: {
    code: 'target.unavailable',
    hint: 'Wait until the target is available again, then repeat the run.',
  },
  InputError: {
    code: 'run.invalid',
    hint: 'Correct the pipeline, then start the run again.',
  },
  [ArtifactTooLargeError.name]: {
    code: 'run.artifact-too-large',
    hint: 'Let the run leave less, or have an administrator raise mlPipelines.artifacts.maxMiB.',
  },
};

/** Cause and next step of an error that ends a run. */
export function runFailureOf(error: unknown): DeploymentFailure {
  const said = readDriverError(error);
  if (said) {
    return toFailure(said);
  }
  const { name, message } = toError(error);
  const known = Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
  return {
    code: known?.code ?? 'run.unexpected',
    message,
    hint:
      known?.hint ??
      'Look at the log of the run and of the portal, then repeat the run.',
  };
}

/** The target does not know the run any more. */
export const LOST: DeploymentFailure = {
  code: 'run.lost',
  message:
    'The run is not on its target any more: the pipeline was taken off it, or its files were deleted.',
  hint: 'Deploy the pipeline if it is not deployed, then repeat the run.',
};
