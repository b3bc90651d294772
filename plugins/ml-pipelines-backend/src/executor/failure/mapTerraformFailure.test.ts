import {
  TerraformCommandError,
  TerraformDiagnostic,
  TerraformRunResult,
} from '@mlpipe/terraform-runner';
import { mapTerraformFailure } from './mapTerraformFailure';

function failed(
  kind: 'init' | 'plan',
  summary: string,
  detail = '',
  result: Partial<TerraformRunResult> = {},
): TerraformCommandError {
  const diagnostics: TerraformDiagnostic[] = [
    { severity: 'warning', summary: 'Deprecated', detail: '' },
    { severity: 'error', summary, detail },
  ];
  return new TerraformCommandError(
    { kind },
    {
      outcome: 'exited',
      exitCode: 1,
      aborted: false,
      startedAt: new Date(),
      finishedAt: new Date(),
      diagnostics,
      stderr: '',
      ...result,
    },
  );
}

// As Terraform 1.11.4 says them.
it.each([
  [
    'terraform.provider-unavailable',
    'init',
    'Failed to query available provider packages',
    'Could not retrieve the list of available versions for provider exoscale/exoscale: could not connect to registry.terraform.io: failed to request discovery document\n\nTo see which modules …',
  ],
  [
    'terraform.state-unreachable',
    'init',
    'Error refreshing state: Failed to get state: GET http://127.0.0.1:1/x giving up after 1 attempt(s): connect: connection refused',
    '',
  ],
  [
    'terraform.state-unreachable',
    'plan',
    'error loading state: Failed to get state: GET http://127.0.0.1:1/x giving up after 1 attempt(s)',
    '',
  ],
  [
    'terraform.state-unreachable',
    'init',
    'Error refreshing state: HTTP remote state endpoint requires auth',
    '',
  ],
  [
    'terraform.locked',
    'plan',
    'Error acquiring the state lock',
    'Error message: HTTP remote state already locked: ID=abc\nLock Info:\n  ID: 63bb947b',
  ],
  [
    'target.credentials',
    'plan',
    'Unable to create',
    'POST https://api/v2/pods: 401 Unauthorized',
  ],
  ['terraform.plan-failed', 'plan', 'Something new', 'with a\nlong story'],
] as const)('tells %s of %s: %s', (code, kind, summary, detail) => {
  const failure = mapTerraformFailure(failed(kind, summary, detail));
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(summary);
  // One line of the story; the rest is in the excerpt.
  expect(failure.message.split('\n').length).toBeLessThanOrEqual(2);
  expect(failure.hint).not.toBe('');
  expect(failure.excerpt?.join('\n')).toContain(detail.split('\n')[0]);
});

it('says that it was killed when there is no exit code', () => {
  expect(
    mapTerraformFailure(
      failed('plan', 'x', '', { outcome: 'lost', exitCode: undefined }),
    ).code,
  ).toBe('terraform.killed');
});

it('takes the last report of a program on the target, wherever it stands', () => {
  const report = (code: string) =>
    JSON.stringify({ error: { code, message: `m ${code}`, node: null } });
  const failure = mapTerraformFailure(
    failed(
      'plan',
      'local-exec provisioner error',
      `Output: starting\n(local-exec): ${report('first')}\n${report(
        'port-taken',
      )}\n{"error":broken\n`,
    ),
  );
  expect(failure).toMatchObject({
    code: 'runtime.port-taken',
    message: 'm port-taken',
    hint: 'Correct the cause and deploy again.',
    node: undefined,
  });
});

it('shows the last lines of the program, not what Terraform says on stderr', () => {
  const report = JSON.stringify({
    error: { code: 'runtime-crashed', message: 'It ended.', hint: 'Look.' },
  });
  expect(
    mapTerraformFailure(
      failed(
        'plan',
        'local-exec provisioner error',
        `Output: boom\n${report}`,
        {
          stderr: 'Warning: Unable to open CLI configuration file',
        },
      ),
    ),
  ).toEqual({
    code: 'runtime.crashed',
    message: 'It ended.',
    hint: 'Look.',
    node: undefined,
    excerpt: ['local-exec provisioner error', 'Output: boom'],
  });
});
