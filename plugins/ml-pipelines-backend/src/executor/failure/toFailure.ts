import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import type { AgentError } from './parseAgentError';

/** The failure of a deployment for what a program on the target, or its driver, said. */
export function toFailure(error: AgentError): DeploymentFailure {
  const { code, message, hint, node } = error;
  return {
    code: code.includes('.')
      ? code
      : `runtime.${code.replace(/^runtime-/, '')}`,
    message,
    hint: hint ?? 'Correct the cause and deploy again.',
    node,
  };
}

/**
 * What a driver's error says by its own `code`, `hint` and `node`; undefined
 * for an error without them.
 */
export function readDriverError(error: unknown): AgentError | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const { message } = error;
  const { code, hint, node } = error as Error & {
    code?: unknown;
    hint?: unknown;
    node?: unknown;
  };
  if (typeof code !== 'string' || typeof hint !== 'string') {
    return undefined;
  }
  return {
    code,
    // The hint may be part of the message, for those who see nothing else.
    message: message.endsWith(hint)
      ? message.slice(0, -hint.length).trim()
      : message,
    hint,
    node: typeof node === 'string' ? node : undefined,
  };
}
