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
import {
  Cluster,
  nodeUnavailable,
  startNode,
  terraformCliConfig,
  TEST_IMAGE,
} from '../support/cluster';
import { deployed } from '../support/deployments';
import { pushPipeline } from '../support/pipelines';
import { Portal } from '../support/portal';
import { captureStack } from './captureStack';
import { measure, median, report } from './measure';

const NAME = 'deploy on Kubernetes against apply and rollout status by hand';
const NAMESPACE = 'bench';

/** What the kubectl provider reads of its environment, from the kubeconfig of a test. */
async function providerEnvironment(
  cluster: Cluster,
): Promise<Record<string, string>> {
  const { clusters, users } = JSON.parse(
    await cluster.kubectl(
      ...['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'],
    ),
  );
  const text = (base64: string) =>
    Buffer.from(base64, 'base64').toString('utf8');
  return {
    KUBE_HOST: clusters[0].cluster.server,
    KUBE_CLUSTER_CA_CERT_DATA: text(
      clusters[0].cluster['certificate-authority-data'],
    ),
    KUBE_CLIENT_CERT_DATA: text(users[0].user['client-certificate-data']),
    KUBE_CLIENT_KEY_DATA: text(users[0].user['client-key-data']),
  };
}

/**
 * Seconds from *Deploy* to ready, on a node that runs containers, beyond those
 * of `terraform apply` of the same stack and `kubectl rollout status` by hand.
 */
export async function benchClusterDeploy(): Promise<void> {
  const given = process.env.TEST_KUBECONFIG;
  const missing = nodeUnavailable();
  if (missing && !given) {
    console.log(`${NAME}: skipped, ${missing}`);
    return;
  }
  const cliConfig = await terraformCliConfig();
  const own = given ? undefined : await startNode();
  const cluster = own ?? new Cluster(given!);
  const folder = mkdtempSync(join(tmpdir(), 'by-hand-'));
  let portal: Portal | undefined;
  try {
    portal = await Portal.create({
      env: {
        APP_CONFIG_mlPipelines_terraform_cliConfigFile:
          JSON.stringify(cliConfig),
      },
    });
    await portal.api.saveTargetCredentials('bench', {
      kind: 'kubernetes',
      credentials: { kubeconfig: cluster.kubeconfigText },
    });
    await portal.api.saveTarget('bench', {
      kind: 'kubernetes',
      config: { namespace: { name: NAMESPACE }, image: TEST_IMAGE },
    });
    const env = {
      ...process.env,
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: cliConfig,
      ...(await providerEnvironment(cluster)),
    };
    const deploy = (seed: number) => {
      const document = pushPipeline('bench', 'api-endpoint', { seed });
      return deployed(
        portal!,
        {
          ...document,
          spec: {
            ...document.spec,
            target: 'bench',
            compute: { cpu: 0.3, memoryMiB: 512 },
          },
        },
        { everyMs: 50 },
      );
    };
    const times: number[] = [];
    const hand: number[] = [];
    // The first one makes the namespace as well; it is not counted.
    await deploy(1);
    for (let round = 2; round <= 4; round++) {
      const stop = captureStack(portal, folder);
      let id = '';
      times.push(
        await measure(async () => {
          ({ id } = await deploy(round));
        }),
      );
      stop();
      const dir = join(folder, String(round));
      mkdirSync(dir);
      cpSync(join(folder, 'cdk.tf.json'), join(dir, 'cdk.tf.json'));
      const file = join(dir, 'cdk.tf.json');
      // Another release of the same stack: again new pods in the place of old ones.
      const stack = JSON.parse(
        readFileSync(file, 'utf8').replaceAll(
          `r${round}-${id.slice(0, 8)}`,
          `r${round}-by-hand`,
        ),
      );
      delete stack.terraform.backend;
      writeFileSync(file, JSON.stringify(stack));
      const terraform = (...args: string[]) =>
        execFileSync('terraform', args, { cwd: dir, stdio: 'ignore', env });
      hand.push(
        await measure(async () => {
          terraform('init', '-input=false');
          terraform('apply', '-input=false', '-auto-approve');
          await cluster.kubectl(
            ...['rollout', 'status', 'deployment/bench', '-n', NAMESPACE],
          );
        }),
      );
    }
    report(NAME, median(times) / median(hand), 'see next line');
    report(
      `${NAME}, seconds more`,
      (median(times) - median(hand)) / 1000,
      '<= 5',
    );
  } finally {
    await portal?.dispose();
    if (own) {
      await own.stop();
    } else {
      await cluster.kubectl(
        ...['delete', 'namespace', NAMESPACE, '--ignore-not-found'],
      );
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
