import { InputError } from '@backstage/errors';
import { terraformLiteral } from '@mlpipe/plugin-ml-pipelines-node';

// The kernel takes at most 128 KiB for one variable and, by default, 2 MiB for
// arguments and environment together (execve(2)); the rest of the environment
// needs room too.
const PART_LENGTH = 100_000;
const MAX_LENGTH = 1_500_000;

/**
 * A release as environment of `mlpipe host release`: `MLPIPE_RELEASE`, which
 * goes on in `MLPIPE_RELEASE_1`, … when it is large.
 *
 * The JSON is ASCII, because Terraform normalises other text to NFC, and free
 * of what begins Terraform's templates. It reaches no shell.
 */
export function releaseEnvironment(release: object): Record<string, string> {
  const json = asciiJson(release);
  if (json.length > MAX_LENGTH) {
    throw new InputError(
      `The pipeline's spec takes ${Math.ceil(
        json.length / 1000,
      )} kB, and the local target takes ${
        MAX_LENGTH / 1000
      } kB at most; shorten its parameters and environment variables`,
    );
  }
  const variables: Record<string, string> = {};
  for (let part = 0; part * PART_LENGTH < json.length; part += 1) {
    const name = part === 0 ? 'MLPIPE_RELEASE' : `MLPIPE_RELEASE_${part}`;
    variables[name] = terraformLiteral(
      json.slice(part * PART_LENGTH, (part + 1) * PART_LENGTH),
    );
  }
  return variables;
}

function asciiJson(value: object): string {
  // `$` and `%` stand in strings only. Terraform's own escapes for them would
  // do too, but its time grows with the square of their number.
  return JSON.stringify(value).replace(
    /[$%\u007f-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
