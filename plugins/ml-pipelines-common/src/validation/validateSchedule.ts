import { Cron } from 'croner';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import type { ProblemCode } from '../spec/problemTexts';
import type { ReadableSpec } from './ReadableSpec';

/** Checks that the schedule can be understood, fires at all, and means something. */
export function validateSchedule(
  { schedule, nodes }: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  if (!schedule) {
    return [];
  }
  const problems = cronProblems(schedule.cron, schedule.timezone);
  const standing = nodes
    .map(node => catalogue.get(node.type))
    .find(type => type?.mode && type.mode !== 'batch');
  if (standing) {
    problems.push(
      createProblem({
        code: 'schedule.unused',
        path: ['spec', 'schedule'],
        severity: 'warning',
        params: { title: standing.title },
      }),
    );
  }
  return problems;
}

function cronProblems(cron: string, timezone: string): Problem[] {
  const problem = (code: ProblemCode, field: string): Problem[] => [
    createProblem({
      code,
      path: ['spec', 'schedule', field],
      params: { cron, timezone },
    }),
  ];
  const zone = isTimezone(timezone) ? timezone : undefined;
  const wrongZone = zone ? [] : problem('schedule.timezone', 'timezone');
  if (cron.trim().split(/\s+/).length !== 5) {
    return [...problem('schedule.cron', 'cron'), ...wrongZone];
  }
  try {
    const next = new Cron(cron, {
      timezone: zone ?? 'UTC',
      paused: true,
    }).nextRun();
    return [...(next ? [] : problem('schedule.never', 'cron')), ...wrongZone];
  } catch {
    return [...problem('schedule.cron', 'cron'), ...wrongZone];
  }
}

function isTimezone(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: timezone }));
  } catch {
    return false;
  }
}
