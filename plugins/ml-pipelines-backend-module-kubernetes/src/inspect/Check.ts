import type {
  TargetInspection,
  TargetInspectionCheck,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from '../client/ClusterConnection';
import type { KubernetesTargetConfig } from '../targetConfig';

/** What every check is given. */
export interface CheckContext {
  /** Name of the target. */
  target: string;
  config: KubernetesTargetConfig;
  connection: ClusterConnection;
}

/** What a check found, and what it learnt of the cluster. */
export interface CheckResult {
  check: TargetInspectionCheck;
  found?: Partial<TargetInspection>;
}

/** Undefined where the portal may not look, or there is no such API. */
export async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (['NotAllowedError', 'NotFoundError'].includes((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}

/** Splits "What is wrong. What to do." into the two. */
export function messageAndHint(text: string): {
  message: string;
  hint?: string;
} {
  const match = /^(.*?[.!])\s+([A-Z].*)$/s.exec(text);
  return match ? { message: match[1], hint: match[2] } : { message: text };
}
