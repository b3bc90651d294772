import type { PipelineDocument } from '../spec/PipelineDocument';
import type { Problem } from '../spec/problem';
import type { ValidationContext } from './ValidationContext';

/** Checks what the document refers to: target and its limits, secrets, names used twice. */
export function validateReferences(
  document: PipelineDocument,
  context: ValidationContext,
): Problem[] {
  return [
    ...targetProblems(document, context),
    ...secretProblems(document, context),
    ...duplicateNames(document),
  ];
}

function targetProblems(
  { spec }: PipelineDocument,
  { targets, catalogue }: ValidationContext,
): Problem[] {
  if (!targets) {
    return [];
  }
  const can = targets.get(spec.target);
  if (!can) {
    const known = [...targets.keys()].join(', ') || 'none';
    return [
      {
        code: 'target.unknown',
        path: ['spec', 'target'],
        severity: 'error',
        message: `There is no target "${spec.target}".`,
        hint: `Choose one of: ${known}.`,
        params: { target: spec.target, known },
      },
    ];
  }
  const problems: Problem[] = [];
  const tooMuch = (
    key: string,
    code: string,
    wanted: number,
    limit: number,
    unit: string,
  ) => {
    if (wanted > limit) {
      problems.push({
        code,
        path: ['spec', 'compute', ...key.split('.')],
        severity: 'error',
        message:
          limit === 0
            ? `The target "${spec.target}" has no ${unit}.`
            : `The target "${spec.target}" gives at most ${limit} ${unit}; ${wanted} were asked for.`,
        hint:
          limit === 0
            ? `Remove the request, or choose a target that has ${unit}.`
            : `Ask for ${limit} or less, or choose a larger target.`,
        params: { target: spec.target, limit, wanted, unit },
      });
    }
  };
  tooMuch(
    'gpu',
    'compute.gpu',
    spec.compute.gpu?.count ?? 0,
    can.maxGpus,
    'GPU',
  );
  tooMuch('cpu', 'compute.cpu', spec.compute.cpu, can.maxCpu, 'CPU cores');
  tooMuch(
    'memoryMiB',
    'compute.memory',
    spec.compute.memoryMiB,
    can.maxMemoryMiB,
    'MiB of memory',
  );
  tooMuch(
    'replicas',
    'compute.replicas',
    spec.compute.replicas,
    can.maxReplicas,
    'replicas',
  );
  spec.nodes.forEach((node, index) => {
    const type = catalogue.get(node.type);
    const refuse = (code: string, message: string, hint: string) =>
      problems.push({
        code,
        path: ['spec', 'nodes', index, 'type'],
        node: node.id,
        severity: 'error',
        message,
        hint,
        params: { target: spec.target },
      });
    if (type?.readsHostFiles && !can.hostFiles) {
      refuse(
        'target.hostFiles',
        `"${type.title}" reads a file of its machine, which the target "${spec.target}" does not allow.`,
        'Use another source, such as HTTP push.',
      );
    }
    if (type?.needsGpu && !spec.compute.gpu) {
      refuse(
        'node.needsGpu',
        `"${type.title}" needs a GPU.`,
        'Ask for one under compute.',
      );
    }
    if (type?.mode && !can[type.mode]) {
      refuse(
        'target.mode',
        `The target "${spec.target}" cannot run "${type.title}".`,
        'Choose another target or deployment node.',
      );
    }
  });
  return problems;
}

function secretProblems(
  { spec }: PipelineDocument,
  { secretNames }: ValidationContext,
): Problem[] {
  if (!secretNames) {
    return [];
  }
  return spec.secrets.flatMap((secret, index) =>
    secretNames.has(secret.name)
      ? []
      : [
          {
            code: 'secret.unknown',
            path: ['spec', 'secrets', index, 'name'],
            severity: 'error' as const,
            message: `There is no secret "${secret.name}".`,
            hint: 'Add it under Secrets, or correct the name.',
            params: { secret: secret.name },
          },
        ],
  );
}

function duplicateNames({ spec }: PipelineDocument): Problem[] {
  const problems: Problem[] = [];
  const check = (
    names: Array<{ name: string; path: Array<string | number> }>,
    word: string,
  ) => {
    const seen = new Set<string>();
    for (const { name, path } of names) {
      if (seen.has(name)) {
        problems.push({
          code: 'name.duplicate',
          path,
          severity: 'error',
          message: `The ${word} "${name}" is there twice.`,
          hint: 'Remove or rename one of them.',
          params: { name, word },
        });
      }
      seen.add(name);
    }
  };
  check(
    [
      ...spec.environment.map((e, i) => ({
        name: e.name,
        path: ['spec', 'environment', i, 'name'],
      })),
      ...spec.secrets.map((s, i) => ({
        name: s.env,
        path: ['spec', 'secrets', i, 'env'],
      })),
    ],
    'environment variable',
  );
  check(
    spec.alerts.map((a, i) => ({
      name: a.name,
      path: ['spec', 'alerts', i, 'name'],
    })),
    'alert',
  );
  return problems;
}
