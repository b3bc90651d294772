import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployed } from '../support/deployments';
import { tailPipeline } from '../support/pipelines';
import { Portal, repositoryRoot } from '../support/portal';
import { captureStack } from './captureStack';
import { measure, median, report } from './measure';

const sample = join(repositoryRoot, 'examples/logs/sshd-sample.log');

/** Saves a new revision and takes it to its end. */
function deploy(portal: Portal, seed: number) {
  const document = tailPipeline('bench', sample, 'api-endpoint', { seed });
  return deployed(portal, document, { everyMs: 50 });
}

/** Seconds that a deployment takes more than `terraform init` and `apply` of the same stack by hand. */
export async function benchDeploy(): Promise<void> {
  const portal = await Portal.create();
  const folder = mkdtempSync(join(tmpdir(), 'by-hand-'));
  try {
    const times: number[] = [];
    const hand: number[] = [];
    // The first release has none to take over from; it is not counted.
    await deploy(portal, 1);
    for (let round = 2; round <= 4; round++) {
      const stop = captureStack(portal, folder);
      let id = '';
      times.push(
        await measure(async () => {
          ({ id } = await deploy(portal, round));
        }),
      );
      stop();
      const dir = join(folder, String(round));
      mkdirSync(dir);
      cpSync(join(folder, 'cdk.tf.json'), join(dir, 'cdk.tf.json'));
      const terraform = (...args: string[]) =>
        execFileSync('terraform', args, {
          cwd: dir,
          stdio: 'ignore',
          env: { ...process.env, CHECKPOINT_DISABLE: '1' },
        });
      // The same stack with a state of its own and another release: again a
      // new release beside the running one, the same work on the target.
      const file = join(dir, 'cdk.tf.json');
      const stack = JSON.parse(
        readFileSync(file, 'utf8').replaceAll(
          `r${round}-${id.slice(0, 8)}`,
          `r${round}-by-hand`,
        ),
      );
      delete stack.terraform.backend;
      writeFileSync(file, JSON.stringify(stack));
      hand.push(
        await measure(async () => {
          terraform('init', '-input=false');
          terraform('apply', '-input=false', '-auto-approve');
        }),
      );
    }
    report(
      'deploy against terraform apply by hand',
      median(times) / median(hand),
      'see next line',
    );
    report(
      'deploy against terraform apply by hand, seconds more',
      (median(times) - median(hand)) / 1000,
      '<= 5',
    );
  } finally {
    await portal.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
