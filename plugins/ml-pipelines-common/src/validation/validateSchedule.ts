import { Cron } from 'croner';
import type { PipelineDocument } from '../spec/PipelineDocument';
import type { Problem } from '../spec/problem';

/** Checks that the schedule can be understood and fires at all. */
export function validateSchedule({ spec }: PipelineDocument): Problem[] {
  if (!spec.schedule) {
    return [];
  }
  const { cron, timezone } = spec.schedule;
  const problem = (key: string, message: string, hint: string): Problem[] => [
    {
      code: `schedule.${key}`,
      path: ['spec', 'schedule', key],
      severity: 'error',
      message,
      hint,
      params: { cron, timezone },
    },
  ];
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return problem(
      'timezone',
      `There is no time zone "${timezone}".`,
      'Use an IANA name such as Europe/Paris or UTC.',
    );
  }
  const wrong = () =>
    problem(
      'cron',
      `"${cron}" is not a schedule.`,
      'Write five fields: minute, hour, day of month, month, day of week; "0 3 * * *" is 03:00 every day.',
    );
  if (cron.trim().split(/\s+/).length !== 5) {
    return wrong();
  }
  try {
    const next = new Cron(cron, { timezone, paused: true }).nextRun();
    return next
      ? []
      : problem('cron', `"${cron}" never comes.`, 'Choose a day that exists.');
  } catch {
    return wrong();
  }
}
