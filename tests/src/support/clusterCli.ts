/**
 * Clusters of the tests by hand:
 *   node --import tsx tests/src/support/clusterCli.ts up control-plane|node [KUBECONFIG]
 *     runs until Ctrl-C; its kubeconfig is copied to KUBECONFIG
 *   node --import tsx tests/src/support/clusterCli.ts run control-plane|node COMMAND…
 *     runs a command with TEST_KUBECONFIG and TF_CLI_CONFIG_FILE, and ends with its exit code
 *   node --import tsx tests/src/support/clusterCli.ts why-no-node
 *     says why no node can run here; nothing when one can
 */
import { spawn } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { nodeUnavailable, startControlPlane, startNode } from './cluster';
import { terraformCliConfig } from './kubernetes/builds';

const USAGE = 'up|run control-plane|node …';
const VOLUMES = Array.from({ length: 10 }, (_, index) => `volume-${index}`);

async function main([verb, what, ...rest]: string[]): Promise<number> {
  if (verb === 'why-no-node') {
    process.stdout.write(nodeUnavailable() ?? '');
    return 0;
  }
  if (
    !['up', 'run'].includes(verb) ||
    !['control-plane', 'node'].includes(what)
  ) {
    throw new Error(`Usage: ${USAGE}`);
  }
  const terraform = await terraformCliConfig();
  const cluster = await (what === 'node'
    ? startWholeNode()
    : startControlPlane());
  try {
    return verb === 'up'
      ? await stay(cluster.kubeconfig, terraform, rest[0])
      : await run(rest, {
          TEST_KUBECONFIG: cluster.kubeconfig,
          TF_CLI_CONFIG_FILE: terraform,
        });
  } finally {
    await cluster.stop();
  }
}

async function startWholeNode() {
  const node = await startNode();
  await node.addVolumes(...VOLUMES);
  await node.addAddons();
  return node;
}

async function stay(kubeconfig: string, terraform: string, copy?: string) {
  if (copy) {
    copyFileSync(kubeconfig, copy);
  }
  console.log(`export TEST_KUBECONFIG=${copy ?? kubeconfig}`);
  console.log(`export TF_CLI_CONFIG_FILE=${terraform}`);
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>(done => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
  clearInterval(alive);
  if (copy) {
    rmSync(copy, { force: true });
  }
  return 0;
}

function run(
  [program, ...args]: string[],
  env: Record<string, string>,
): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    child.once('error', fail);
    child.once('exit', code => done(code ?? 1));
  });
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    console.error(String(error?.message ?? error));
    process.exit(1);
  },
);
