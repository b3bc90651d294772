import { createHash } from 'node:crypto';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import type { JsonObject } from '@backstage/types';
import { estimateCost } from '../estimateCost';
import type { DeploymentWork } from '../DeploymentWork';
import { toPlanSummary } from '../planSummary';
import { CONFIGURATION_FILE, TerraformAttempt } from '../TerraformAttempt';

/** Digest of what goes into a plan besides revision and state. */
export async function planInputs(work: DeploymentWork): Promise<string> {
  const target = await work.target();
  const { secretsVersion } = await work.stackRequest(target);
  // Without its credentials: a rotation changes nothing that was planned.
  const { name, config } = target.ref;
  return createHash('sha256')
    .update(JSON.stringify([{ name, config }, secretsVersion ?? null]))
    .digest('hex');
}

/** Works out what would change, and stores plan, summary and cost: `planning → planned`. */
export async function plan(work: DeploymentWork): Promise<void> {
  const { options, log, stackId, record } = work;
  await work.wait('Terraform works out what has to change.');
  const attempt = await TerraformAttempt.begin(work);
  const target = await work.target();
  const request = await work.stackRequest(target);
  const inputs = await planInputs(work);
  const facts: JsonObject = await target.driver.gatherFacts(request);
  const stackRequest = { ...request, facts };
  const configuration = synthesizeStack({
    name: stackId,
    build: stack => target.driver.buildPipelineStack(stack, stackRequest),
  });
  const cost =
    record.action === 'deploy'
      ? await estimateCost(target, stackRequest)
      : undefined;
  const files = {
    [CONFIGURATION_FILE]: JSON.stringify(configuration, null, 2),
  };

  await attempt.init(files);
  const head = await options.state.latest(stackId);
  const { hasChanges } = await attempt.plan(record.action === 'destroy');
  const terraformPlan = await attempt.showPlan();
  const summary = toPlanSummary(terraformPlan, head?.serial ?? 0);
  await options.plans.save(record.id, {
    plan: await attempt.readPlan(),
    files: { ...files, ...(await attempt.readLockFile()) },
    basis: {
      lineage: head?.lineage,
      serial: head?.serial ?? 0,
      inputs,
      terraformVersion: terraformPlan.terraformVersion,
    },
    hasChanges,
    createdAt: new Date().toISOString(),
  });
  if (!hasChanges) {
    log.info('plan', 'Nothing has to change.');
  }
  await work.transition('planned', { plan: summary, cost: cost ?? null });
}
