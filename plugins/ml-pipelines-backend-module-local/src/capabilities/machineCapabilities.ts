import { availableParallelism, totalmem } from 'node:os';
import type { TargetCapabilities } from '@mlpipe/plugin-ml-pipelines-common';
import { countGpus } from './countGpus';

/** What pipelines may ask of this machine: all of its cores and memory, one replica each. */
export async function machineCapabilities(): Promise<TargetCapabilities> {
  return {
    serve: true,
    stream: true,
    batch: true,
    autoscaling: false,
    hostFiles: true,
    maxGpus: await countGpus(),
    maxCpu: availableParallelism(),
    maxMemoryMiB: Math.floor(totalmem() / 1024 ** 2),
    maxReplicas: 1,
    maxWorkers: 1,
    schedules: false,
  };
}
