import {
  CreateDeploymentRequest,
  Deployment,
  DeploymentState,
  isTerminalState,
  PipelineDocumentInput,
} from '@mlpipe/plugin-ml-pipelines-common';
import { eventually } from './eventually';
import type { Portal } from './portal';

/** How long a deployment may take on a busy machine. */
const SECONDS = 120;

/** A deployment in words, for messages of failed tests. */
export function describe({ id, state, wait, failure, history }: Deployment) {
  const path = history.map(entry => entry.state).join(' > ');
  const why = failure ? JSON.stringify(failure) : wait?.reason ?? '';
  return `deployment ${id} is ${state} (${path}) ${why}`;
}

/** Saves a document as a new revision and asks for its deployment. */
export async function deploy(
  portal: Portal,
  document: PipelineDocumentInput,
  request: CreateDeploymentRequest = {},
): Promise<Deployment> {
  const { name } = document.metadata;
  await portal.api.savePipeline(name, document);
  return portal.api.createDeployment(name, request);
}

/**
 * Waits until a deployment is in a state. Fails at once when it has ended in
 * another one. A portal that is away for a while is waited for.
 */
export async function reached(
  portal: Portal,
  id: string,
  wanted: DeploymentState,
  options: { seconds?: number; everyMs?: number } = {},
): Promise<Deployment> {
  const found = await eventually(
    async () => {
      const deployment = await portal.api.getDeployment(id);
      if (deployment.state !== wanted && !isTerminalState(deployment.state)) {
        throw new Error(describe(deployment));
      }
      return deployment;
    },
    {
      seconds: options.seconds ?? SECONDS,
      what: `deployment ${id} to be ${wanted}`,
      everyMs: options.everyMs ?? 100,
    },
  );
  if (found.state !== wanted) {
    const { items } = await portal.api.getDeploymentLog(id, { limit: 1000 });
    const log = items
      .slice(-30)
      .map(({ step, message }) => `${step}: ${message}`);
    throw new Error(
      `Expected ${wanted}, but ${describe(found)}\n${log.join('\n')}`,
    );
  }
  return found;
}

/** Saves a document, deploys it, and waits until it runs. */
export async function deployed(
  portal: Portal,
  document: PipelineDocumentInput,
  options: { everyMs?: number } = {},
): Promise<Deployment> {
  const { id } = await deploy(portal, document);
  return reached(portal, id, 'succeeded', options);
}
