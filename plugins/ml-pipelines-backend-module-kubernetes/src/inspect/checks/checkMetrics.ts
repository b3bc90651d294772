import type { CheckContext, CheckResult } from '../Check';

/** Whether pods are measured, without which nothing is scaled. */
export async function checkMetrics({
  connection,
}: CheckContext): Promise<CheckResult> {
  const answer = await connection.request('/apis/metrics.k8s.io/v1beta1');
  await answer.body?.cancel();
  return {
    check: answer.ok
      ? {
          id: 'metrics',
          title: 'Metrics API',
          status: 'ok',
          message: 'CPU and memory of pods are measured.',
        }
      : {
          id: 'metrics',
          title: 'Metrics API',
          status: 'warning',
          message:
            answer.status === 404
              ? 'The metrics API is not installed: pipelines cannot be scaled by themselves.'
              : `The metrics API is installed, but does not answer (HTTP ${answer.status}).`,
          hint: 'Install metrics-server, or look at its pod in kube-system.',
        },
  };
}
