import type { TargetCapabilities } from '@mlpipe/plugin-ml-pipelines-common';

/** Shown for a target that does not say what it can do. */
export const NO_CAPABILITIES: TargetCapabilities = {
  serve: false,
  stream: false,
  batch: false,
  autoscaling: false,
  hostFiles: false,
  maxGpus: 0,
  maxCpu: 0,
  maxMemoryMiB: 0,
  maxReplicas: 0,
  maxWorkers: 0,
  schedules: false,
};

/**
 * Assumed by validation of a target that never answered: what is not known is
 * not refused; planning asks the target again.
 */
export const ANY_CAPABILITIES: TargetCapabilities = {
  serve: true,
  stream: true,
  batch: true,
  autoscaling: true,
  hostFiles: true,
  maxGpus: Number.MAX_SAFE_INTEGER,
  maxCpu: Number.MAX_SAFE_INTEGER,
  maxMemoryMiB: Number.MAX_SAFE_INTEGER,
  maxReplicas: Number.MAX_SAFE_INTEGER,
  maxWorkers: Number.MAX_SAFE_INTEGER,
  schedules: false,
};
