import type { CoreV1Event } from '@kubernetes/client-node';
import type { WorkloadEvent } from '@mlpipe/plugin-ml-pipelines-common';
import { ms } from './times';

const MAX_EVENTS = 50;

/** When an event was seen last, epoch milliseconds. */
export function eventTime(event: CoreV1Event): number {
  return (
    ms(event.series?.lastObservedTime) ??
    ms(event.lastTimestamp) ??
    ms(event.eventTime) ??
    ms(event.metadata.creationTimestamp) ??
    0
  );
}

/** The object that an event is about, as `Pod/name`. */
export function objectOf({ involvedObject }: CoreV1Event): string {
  return `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`;
}

/** The newest event of an object with one of these reasons. */
export function latestEvent(
  events: CoreV1Event[],
  object: string,
  reasons: string[],
): CoreV1Event | undefined {
  return events
    .filter(
      event =>
        objectOf(event) === object && reasons.includes(event.reason ?? ''),
    )
    .sort((a, b) => eventTime(b) - eventTime(a))[0];
}

/** Newest first; the same thing about the same object once, with how often. */
export function toEvents(events: CoreV1Event[]): WorkloadEvent[] {
  const found = new Map<string, WorkloadEvent & { atMs: number }>();
  for (const event of events) {
    const object = objectOf(event);
    const { reason = '', message = '' } = event;
    const key = JSON.stringify([object, reason, message]);
    const atMs = eventTime(event);
    const count = event.series?.count ?? event.count ?? 1;
    const before = found.get(key);
    found.set(key, {
      atMs: Math.max(atMs, before?.atMs ?? 0),
      time: new Date(Math.max(atMs, before?.atMs ?? 0)).toISOString(),
      type: event.type === 'Warning' ? 'warning' : 'normal',
      reason,
      message: message.trim(),
      object,
      count: count + (before?.count ?? 0),
    });
  }
  return [...found.values()]
    .sort((a, b) => b.atMs - a.atMs || a.object.localeCompare(b.object))
    .slice(0, MAX_EVENTS)
    .map(({ atMs: _atMs, ...event }) => event);
}
