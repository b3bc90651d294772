import type {
  CostEstimate,
  PipelineStackRequest,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { RegisteredTarget } from '../targets/TargetRegistry';

const MIB_PER_GIB = 1024;

/** Price of a pipeline by the driver, or else by the target's rate card; undefined where neither knows. */
export async function estimateCost(
  { driver, target }: RegisteredTarget,
  request: PipelineStackRequest<unknown>,
): Promise<CostEstimate | undefined> {
  const estimate = await driver.estimateCost?.(request);
  if (estimate || !target.rateCard) {
    return estimate;
  }
  const { currency, cpuHour, gibHour, gpuHour } = target.rateCard;
  const { cpu, memoryMiB, replicas, gpu, autoscaling } =
    request.document.spec.compute;
  const perReplica =
    cpu * cpuHour +
    (memoryMiB / MIB_PER_GIB) * gibHour +
    (gpu?.count ?? 0) * gpuHour;
  const priceOf = (count: number) => Number((perReplica * count).toFixed(6));
  return {
    hourly: priceOf(replicas),
    ...(autoscaling && { maxHourly: priceOf(autoscaling.maxReplicas) }),
    currency,
  };
}
