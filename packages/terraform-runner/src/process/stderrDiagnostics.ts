import { TerraformDiagnostic } from '../events/TerraformDiagnostic';

/** The frame that Terraform draws around messages for people. */
const FRAME = /^[╷│╵]\s?/;

/**
 * Errors that a command without a JSON stream, or one that failed before its stream began, printed for
 * people: each `Error: <summary>` with the text up to the next one.
 */
export function stderrDiagnostics(stderr: string): TerraformDiagnostic[] {
  const lines = stderr.split('\n').map(line => line.replace(FRAME, ''));
  const diagnostics: TerraformDiagnostic[] = [];
  let open = false;
  for (const line of lines) {
    const start = /^(Error|Warning): (.*)$/.exec(line);
    if (start) {
      open = start[1] === 'Error';
      if (open) {
        diagnostics.push({ severity: 'error', summary: start[2], detail: '' });
      }
    } else if (open) {
      const last = diagnostics[diagnostics.length - 1];
      last.detail = `${last.detail}\n${line}`.trim();
    }
  }
  if (diagnostics.length === 0 && stderr.trim()) {
    const [summary, ...detail] = stderr.trim().split('\n');
    return [{ severity: 'error', summary, detail: detail.join('\n').trim() }];
  }
  return diagnostics;
}
