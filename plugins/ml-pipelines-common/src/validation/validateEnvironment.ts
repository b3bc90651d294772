import { createProblem } from '../spec/createProblem';
import {
  isReservedEnvironmentName,
  RESERVED_ENVIRONMENT,
} from '../spec/reservedEnvironment';
import type { Problem } from '../spec/problem';
import { suggestionParam } from '../spec/suggest';
import type { ReadableSpec } from './ReadableSpec';
import type { ValidationContext } from './ValidationContext';

const SECRET_NAME =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)(_|$)/i;

/** Checks the environment variables and the secrets that become some. */
export function validateEnvironment(
  spec: ReadableSpec,
  { secretNames }: ValidationContext,
): Problem[] {
  return [
    ...variableNames(spec),
    ...openSecrets(spec),
    ...unknownSecrets(spec, secretNames),
  ];
}

function variableNames({ environment, secrets }: ReadableSpec): Problem[] {
  const seen = new Set<string>();
  const variables = [
    ...environment.map(({ name, index }) => ({
      name,
      path: ['spec', 'environment', index, 'name'],
    })),
    ...secrets.map(({ env, index }) => ({
      name: env,
      path: ['spec', 'secrets', index, 'env'],
    })),
  ];
  return variables.flatMap(({ name, path }) => {
    const problems: Problem[] = [];
    if (isReservedEnvironmentName(name)) {
      problems.push(
        createProblem({
          code: 'environment.reserved',
          path,
          params: { name, reserved: RESERVED_ENVIRONMENT.join(', ') },
        }),
      );
    }
    if (seen.has(name)) {
      problems.push(
        createProblem({
          code: 'environment.duplicate',
          path,
          params: { name },
        }),
      );
    }
    seen.add(name);
    return problems;
  });
}

/** Values that probably ought to be in the secret store; never quoted. */
function openSecrets({ environment }: ReadableSpec): Problem[] {
  return environment
    .filter(({ name, value }) => value !== '' && SECRET_NAME.test(name))
    .map(({ name, index }) =>
      createProblem({
        code: 'environment.looksSecret',
        path: ['spec', 'environment', index, 'value'],
        severity: 'warning',
        params: { name },
      }),
    );
}

function unknownSecrets(
  { secrets }: ReadableSpec,
  secretNames: ValidationContext['secretNames'],
): Problem[] {
  if (!secretNames) {
    return [];
  }
  return secrets
    .filter(({ name }) => !secretNames.has(name))
    .map(({ name, index }) =>
      createProblem({
        code: 'secret.unknown',
        path: ['spec', 'secrets', index, 'name'],
        params: { secret: name, ...suggestionParam(name, secretNames) },
      }),
    );
}
