import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  TerraformCommandError,
  TerraformDiagnostic,
} from '@mlpipe/terraform-runner';
import { parseAgentError } from './parseAgentError';
import { toFailure } from './toFailure';

const MAX_EXCERPT_LINES = 20;

/** Known causes by what Terraform says, first match wins. */
const CAUSES: Array<{
  pattern: RegExp;
  code: string;
  hint: string;
}> = [
  {
    pattern: /Error acquiring the state lock/i,
    code: 'terraform.locked',
    hint: 'Something else works on this pipeline. Wait until it ends; if it is known to be gone, release the lock on the page of the deployment and deploy again.',
  },
  {
    pattern:
      /Failed to (load|refresh|read|get).*state|HTTP remote state|error loading (the )?state|Failed to get existing workspaces/i,
    code: 'terraform.state-unreachable',
    hint: 'Terraform could not reach the portal for its state. Check that backend.baseUrl can be reached from the portal itself, then deploy again.',
  },
  {
    pattern: /Failed to persist state|Failed to save state|errored\.tfstate/i,
    code: 'terraform.state-not-saved',
    hint: 'Terraform could not save its state in the portal. Deploy again: the next deployment continues from what is there.',
  },
  {
    pattern:
      /Failed to query available provider packages|Failed to install provider|provider registry/i,
    code: 'terraform.provider-unavailable',
    hint: 'The Terraform provider cannot be downloaded. Check the network of the portal, or configure a provider mirror (mlPipelines.terraform.cliConfigFile).',
  },
  {
    pattern:
      /Unsupported Terraform Core version|Unsupported argument|Unsupported block type|Invalid provider configuration/i,
    code: 'terraform.incompatible',
    hint: 'The versions of Terraform, its provider and the portal do not fit together. Update Terraform or the provider.',
  },
  {
    pattern:
      /unauthori[sz]ed|forbidden|invalid credentials|authentication failed|\b40[13]\b/i,
    code: 'target.credentials',
    hint: 'The target refused the credentials of the portal. Ask the owner of the target to renew them.',
  },
];

function textOf({ address, summary, detail }: TerraformDiagnostic): string {
  return [address ? `${address}: ${summary}` : summary, detail]
    .filter(part => part.trim())
    .join('\n');
}

/** The last lines, without the error in JSON, which the failure says in words. */
function excerptOf(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .filter(line => !line.includes('{"error":'))
    .slice(-MAX_EXCERPT_LINES);
}

/** Maps a failed command of Terraform by its diagnostics, never by its text for people alone. */
export function mapTerraformFailure(
  error: TerraformCommandError,
): DeploymentFailure {
  const { command, result } = error;
  const errors = result.diagnostics.filter(d => d.severity === 'error');
  const text = [...errors.map(textOf), result.stderr].join('\n').trim();
  const agent = parseAgentError(text);
  if (agent) {
    // What stderr adds comes from Terraform itself and would hide the program's last words.
    const said = errors.length > 0 ? errors.map(textOf).join('\n') : text;
    return { ...toFailure(agent), excerpt: excerptOf(said) };
  }
  const excerpt = excerptOf(text);
  if (result.outcome !== 'exited') {
    return {
      code: 'terraform.killed',
      message: `terraform ${command.kind} ended without an exit code: it was killed, or the machine restarted.`,
      hint: 'Deploy again. If it happens again, look whether the machine runs out of memory.',
      excerpt,
    };
  }
  const cause = CAUSES.find(({ pattern }) => pattern.test(text));
  const first = errors[0];
  return {
    code: cause?.code ?? `terraform.${command.kind}-failed`,
    message: first
      ? textOf({ ...first, detail: firstLine(first.detail) })
      : `terraform ${command.kind} failed with exit code ${result.exitCode}.`,
    hint:
      cause?.hint ??
      'Look at the log of the deployment, correct the cause and deploy again.',
    excerpt,
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0];
}
