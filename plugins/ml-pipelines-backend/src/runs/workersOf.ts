import type {
  PipelineDocument,
  RunKind,
} from '@mlpipe/plugin-ml-pipelines-common';

/** How many share the work of a run: what was asked for, else what the pipeline says; a test is never shared. */
export function workersOf(
  { spec }: PipelineDocument,
  run: { kind: RunKind; workers?: number },
): number | undefined {
  const workers =
    run.kind === 'test' ? 1 : run.workers ?? spec.compute.workers ?? 1;
  return workers > 1 ? workers : undefined;
}
