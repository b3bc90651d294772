import { ConnectionMethod, needsCredentials } from './connectionValue';
import { KubeconfigProblem, onlyContext, readKubeconfig } from './kubeconfig';
import { isCertificate, isPrivateKey } from './pem';

/**
 * Credentials as they are typed. They live in the state of one component, go
 * from there straight to the backend, and are forgotten once they are stored.
 */
export interface CredentialsDraft {
  by: 'token' | 'certificate';
  kubeconfig: string;
  token: string;
  clientCertificate: string;
  clientKey: string;
}

export const NO_CREDENTIALS: CredentialsDraft = {
  by: 'token',
  kubeconfig: '',
  token: '',
  clientCertificate: '',
  clientKey: '',
};

/** What is wrong with what was typed, by field; an empty field is no problem yet. */
export type CredentialsProblems = Partial<{
  kubeconfig: KubeconfigProblem;
  token: 'token';
  clientCertificate: 'certificate';
  clientKey: 'key';
}>;

/** @param context - Chosen context of the kubeconfig; its current one when absent. */
export function credentialsProblems(
  method: ConnectionMethod,
  draft: CredentialsDraft,
  context?: string,
): CredentialsProblems {
  if (!needsCredentials(method)) {
    return {};
  }
  if (method === 'kubeconfig') {
    const problem = draft.kubeconfig.trim()
      ? kubeconfigProblem(draft.kubeconfig, context)
      : undefined;
    return problem ? { kubeconfig: problem } : {};
  }
  if (draft.by === 'token') {
    return /\s/.test(draft.token.trim()) ? { token: 'token' } : {};
  }
  const { clientCertificate, clientKey } = draft;
  return {
    ...(clientCertificate.trim() &&
      !isCertificate(clientCertificate) && {
        clientCertificate: 'certificate' as const,
      }),
    ...(clientKey.trim() &&
      !isPrivateKey(clientKey) && { clientKey: 'key' as const }),
  };
}

function kubeconfigProblem(
  text: string,
  context: string | undefined,
): KubeconfigProblem | undefined {
  const config = readKubeconfig(text);
  if (config.problem) {
    return config.problem;
  }
  const chosen = context ?? config.current;
  const found = config.contexts.find(({ name }) => name === chosen);
  return found ? found.problem : 'dangling';
}

/** What the backend takes, or undefined while something is missing or wrong. */
export function credentialsOf(
  method: ConnectionMethod,
  draft: CredentialsDraft,
  context?: string,
): Record<string, string> | undefined {
  if (Object.keys(credentialsProblems(method, draft, context)).length > 0) {
    return undefined;
  }
  if (method === 'kubeconfig') {
    return draft.kubeconfig.trim()
      ? { kubeconfig: onlyContext(draft.kubeconfig, context) }
      : undefined;
  }
  if (draft.by === 'token') {
    return draft.token.trim() ? { token: draft.token.trim() } : undefined;
  }
  const { clientCertificate, clientKey } = draft;
  return clientCertificate.trim() && clientKey.trim()
    ? { clientCertificate, clientKey }
    : undefined;
}
