import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Portal } from '../support/portal';

/**
 * Copies the stack of a deployment as Terraform gets it, while it is there.
 *
 * @param into - folder that receives `cdk.tf.json`
 * @returns ends it
 */
export function captureStack(portal: Portal, into: string): () => void {
  const deployments = join(portal.dataDir, 'deployments');
  const timer = setInterval(() => {
    try {
      for (const id of readdirSync(deployments)) {
        for (const attempt of readdirSync(join(deployments, id))) {
          cpSync(
            join(deployments, id, attempt, 'cdk.tf.json'),
            join(into, 'cdk.tf.json'),
          );
        }
      }
    } catch {
      // Not there yet, or gone already.
    }
  }, 20);
  return () => clearInterval(timer);
}
