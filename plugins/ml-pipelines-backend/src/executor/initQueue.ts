import pLimit from 'p-limit';

const oneAtATime = pLimit(1);

/**
 * Runs `terraform init`, one at a time where a plugin cache is shared:
 * Terraform does not lock `TF_PLUGIN_CACHE_DIR` against concurrent use.
 */
export async function initQueue<T>(
  env: Record<string, string>,
  init: () => Promise<T>,
): Promise<T> {
  return env.TF_PLUGIN_CACHE_DIR || process.env.TF_PLUGIN_CACHE_DIR
    ? oneAtATime(init)
    : init();
}
