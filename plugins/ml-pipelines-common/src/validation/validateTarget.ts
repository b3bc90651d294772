import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import type { ProblemCode } from '../spec/problemTexts';
import { listWords } from '../spec/shorten';
import { suggestionParam } from '../spec/suggest';
import type { TargetCapabilities } from '../targets/TargetCapabilities';
import { comesWithRun } from './runFile';
import type { ReadableSpec } from './ReadableSpec';
import type { NodesResult } from './validateNodes';
import type { ValidationContext } from './ValidationContext';

/** Checks that the target exists and gives what the pipeline asks for. */
export function validateTarget(
  spec: ReadableSpec,
  parameters: NodesResult['parameters'],
  { targets, catalogue }: ValidationContext,
): Problem[] {
  const { target } = spec;
  const problems = nodeDemands(spec, catalogue);
  if (!targets || target === undefined) {
    return problems;
  }
  const can = targets.get(target);
  if (!can) {
    const known = listWords(targets.keys());
    problems.push(
      createProblem({
        code: known ? 'target.unknown' : 'target.none',
        path: ['spec', 'target'],
        params: { target, known, ...suggestionParam(target, targets.keys()) },
      }),
    );
    return problems;
  }
  problems.push(...tooMuch(spec, target, can));
  for (const node of spec.nodes) {
    const type = catalogue.get(node.type);
    const refuse = (code: ProblemCode) =>
      problems.push(
        createProblem({
          code,
          path: ['spec', 'nodes', node.index, 'type'],
          node: node.id,
          params: { target, title: type?.title ?? node.type },
        }),
      );
    const readsHost =
      type?.readsHostFiles && !comesWithRun(type, parameters.get(node.index));
    if (readsHost && !can.hostFiles) {
      refuse('target.hostFiles');
    }
    if (type?.mode && !can[type.mode]) {
      refuse('target.mode');
    }
  }
  return problems;
}

function tooMuch(
  { compute }: ReadableSpec,
  target: string,
  can: TargetCapabilities,
): Problem[] {
  if (!compute) {
    return [];
  }
  const { autoscaling, workers = 1 } = compute;
  const { maxWorkers = 1 } = can;
  const demands: Array<[string[], ProblemCode, number, number]> = [
    [['cpu'], 'compute.cpu', compute.cpu, can.maxCpu],
    [['memoryMiB'], 'compute.memory', compute.memoryMiB, can.maxMemoryMiB],
    [['replicas'], 'compute.replicas', compute.replicas, can.maxReplicas],
    [
      ['gpu'],
      can.maxGpus > 0 ? 'compute.gpu' : 'compute.noGpu',
      compute.gpu?.count ?? 0,
      can.maxGpus,
    ],
    [
      ['workers'],
      maxWorkers > 1 ? 'compute.workers' : 'compute.noWorkers',
      workers,
      // One worker is no sharing, which every target can do.
      Math.max(1, maxWorkers),
    ],
    [
      ['autoscaling'],
      'compute.autoscaling',
      autoscaling && !can.autoscaling ? 1 : 0,
      0,
    ],
    [
      ['autoscaling', 'maxReplicas'],
      'compute.autoscalingAbove',
      autoscaling && can.autoscaling ? autoscaling.maxReplicas : 0,
      can.maxReplicas,
    ],
  ];
  return demands
    .filter(([, , wanted, limit]) => wanted > limit)
    .map(([key, code, wanted, limit]) =>
      createProblem({
        code,
        path: ['spec', 'compute', ...key],
        params: { target, limit, wanted },
      }),
    );
}

/** What nodes ask of the compute of their pipeline, whatever the target. */
function nodeDemands(
  { nodes, compute }: ReadableSpec,
  catalogue: ValidationContext['catalogue'],
): Problem[] {
  if (!compute) {
    return [];
  }
  const { autoscaling, replicas } = compute;
  const below: Problem[] =
    autoscaling && autoscaling.maxReplicas < replicas
      ? [
          createProblem({
            code: 'compute.autoscalingBelow',
            path: ['spec', 'compute', 'autoscaling', 'maxReplicas'],
            params: { wanted: autoscaling.maxReplicas, replicas },
          }),
        ]
      : [];
  const ofNodes = nodes.flatMap(node => {
    const type = catalogue.get(node.type);
    const problems: Problem[] = [];
    if (type?.mode && type.mode !== 'serve' && autoscaling) {
      problems.push(
        createProblem({
          code: 'compute.autoscalingMode',
          path: ['spec', 'compute', 'autoscaling'],
          node: node.id,
          params: { title: type.title },
        }),
      );
    }
    if (type?.needsGpu && !compute.gpu) {
      problems.push(
        createProblem({
          code: 'node.needsGpu',
          path: ['spec', 'nodes', node.index, 'type'],
          node: node.id,
          params: { title: type.title },
        }),
      );
    }
    if (type?.mode && type.mode !== 'serve' && compute.replicas > 1) {
      problems.push(
        createProblem({
          code: 'compute.streamReplicas',
          path: ['spec', 'compute', 'replicas'],
          node: node.id,
          params: { title: type.title, wanted: compute.replicas },
        }),
      );
    }
    return problems;
  });
  return [...below, ...ofNodes];
}
