/** Options of {@link terraformHttpEnv}. */
export interface TerraformHttpEnvOptions {
  /** Base URL of the plugin's API, as Terraform reaches it, e.g. `http://127.0.0.1:7007/api/ml-pipelines`. */
  baseUrl: string;
  stackId: string;
  attemptId: string;
  /** From `TerraformStateStore.issueToken`. */
  token: string;
}

/** With waits of 1, 2, 4, 8 and then 10 s this is about five minutes, enough for a backend to be replaced. */
const RETRIES = 30;

/**
 * The environment that points Terraform's `http` backend at this plugin. Values given this way, unlike with
 * `-backend-config`, end up neither in plan files nor in `.terraform`.
 */
export function terraformHttpEnv(
  options: TerraformHttpEnvOptions,
): Record<string, string> {
  const base = options.baseUrl.replace(/\/+$/, '');
  const address = `${base}/terraform/state/${encodeURIComponent(
    options.stackId,
  )}`;
  return {
    TF_HTTP_ADDRESS: address,
    TF_HTTP_LOCK_ADDRESS: address,
    TF_HTTP_UNLOCK_ADDRESS: address,
    TF_HTTP_UPDATE_METHOD: 'POST',
    TF_HTTP_LOCK_METHOD: 'LOCK',
    TF_HTTP_UNLOCK_METHOD: 'UNLOCK',
    TF_HTTP_USERNAME: options.attemptId,
    TF_HTTP_PASSWORD: options.token,
    TF_HTTP_RETRY_MAX: String(RETRIES),
    TF_HTTP_RETRY_WAIT_MIN: '1',
    TF_HTTP_RETRY_WAIT_MAX: '10',
  };
}
