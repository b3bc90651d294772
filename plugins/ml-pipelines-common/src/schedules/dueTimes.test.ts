import { dueBetween, nextDue } from './dueTimes';

const at = (text: string) => new Date(text);
const paris = (cron: string) => ({ cron, timezone: 'Europe/Paris' });

it('finds the latest of several due times, and how many came before', () => {
  const nightly = { cron: '0 3 * * *', timezone: 'UTC' };
  expect(
    dueBetween(nightly, at('2026-11-20T03:00:00Z'), at('2026-11-24T10:00:00Z')),
  ).toEqual({ latest: at('2026-11-24T03:00:00Z'), earlier: 3, all: true });
  expect(
    dueBetween(nightly, at('2026-11-24T03:00:00Z'), at('2026-11-24T10:00:00Z')),
  ).toBeUndefined();
  expect(nextDue(nightly, at('2026-11-24T03:00:00Z'))).toEqual(
    at('2026-11-25T03:00:00Z'),
  );
});

it('follows the clocks of the time zone', () => {
  // 02:30 does not exist on 29 March 2026, and comes twice on 25 October.
  const schedule = paris('30 2 * * *');
  const spring = dueBetween(
    schedule,
    at('2026-03-28T12:00:00Z'),
    at('2026-03-29T12:00:00Z'),
  );
  expect(spring).toMatchObject({ earlier: 0 });
  const autumn = dueBetween(
    schedule,
    at('2026-10-24T12:00:00Z'),
    at('2026-10-25T12:00:00Z'),
  );
  expect(autumn).toMatchObject({ earlier: 0 });
  expect(nextDue(schedule, at('2026-07-01T00:00:00Z'))).toEqual(
    at('2026-07-01T00:30:00Z'),
  );
});

it('does not count for ever after a long downtime', () => {
  const due = dueBetween(
    paris('* * * * *'),
    at('2020-01-01T00:00:00Z'),
    at('2026-11-24T10:00:30Z'),
  );
  expect(due).toMatchObject({ latest: at('2026-11-24T10:00:00Z'), all: false });
  expect(due?.earlier).toBeGreaterThan(1000);
});
