import type {
  Objectives,
  PipelineDocument,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Meter } from './Meter';

const MIB_PER_GIB = 1024;
const SECONDS_PER_HOUR = 3600;

export type RateCard = NonNullable<Target['rateCard']>;

/** What a revision asks for and promises, as far as cost and objectives follow from it. */
export interface UsageShape {
  revision: number;
  compute: PipelineDocument['spec']['compute'];
  objectives: Objectives;
  /** Price that the driver gave when it was deployed. */
  estimate?: { hourly: number; currency: string };
}

/** Price of an hour; undefined where nobody has set one. */
export function hourlyCost(
  shape: Pick<UsageShape, 'compute' | 'estimate'>,
  card: RateCard | undefined,
): { hourly: number; currency: string } | undefined {
  if (!card) {
    return shape.estimate;
  }
  const { cpu, gib, gpu } = hoursPerHour(shape.compute);
  return {
    hourly: cpu * card.cpuHour + gib * card.gibHour + gpu * card.gpuHour,
    currency: card.currency,
  };
}

/** What a time on a target costs, all replicas together. */
export function costOf(
  shape: Pick<UsageShape, 'compute' | 'estimate'>,
  card: RateCard | undefined,
  seconds: number,
): Meter['cost'] {
  const hours = seconds / SECONDS_PER_HOUR;
  const { cpu, gib, gpu } = hoursPerHour(shape.compute);
  const price = hourlyCost(shape, card);
  return {
    [price?.currency ?? '']: {
      total: (price?.hourly ?? 0) * hours,
      cpuHours: cpu * hours,
      gibHours: gib * hours,
      gpuHours: gpu * hours,
    },
  };
}

function hoursPerHour({
  cpu,
  memoryMiB,
  gpu,
  replicas,
}: UsageShape['compute']) {
  return {
    cpu: cpu * replicas,
    gib: (memoryMiB / MIB_PER_GIB) * replicas,
    gpu: (gpu?.count ?? 0) * replicas,
  };
}
