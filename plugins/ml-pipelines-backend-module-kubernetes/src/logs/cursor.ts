import { createHash } from 'node:crypto';

/** Behind which line of a container's log one is. */
export interface Position {
  /** Time of the line, in nanoseconds since the epoch. */
  nanos: bigint;
  /** How many lines with exactly that time have been read. */
  lines: number;
}

/** Where one is in the logs of several pods. */
export interface LogPosition {
  /** Lines of pods that are not in `pods` count from here on. */
  floor: bigint;
  /** By {@link podId}. */
  pods: Map<string, Position>;
}

/** Positions that fit into a cursor; those of pods that are gone are dropped before. */
const MAX_PODS = 18;

/** Short and, among the pods of one pipeline, unique. */
export function podId(uid: string): string {
  return createHash('sha256').update(uid).digest('base64url').slice(0, 6);
}

/**
 * An opaque text with the position in each pod: pods write at the same time,
 * so that no single time says what of all has been read.
 */
export function toCursor({ floor, pods }: LogPosition): string {
  const positions = [...pods].map(
    ([id, { nanos, lines }]) => `${id}:${nanos.toString(36)}:${lines}`,
  );
  return ['1', floor.toString(36), ...positions].join(',');
}

/** Undefined for a cursor of something else, such as another kind of target. */
export function parseCursor(cursor: string): LogPosition | undefined {
  const [version, floor, ...positions] = cursor.split(',');
  const nanos = floor === undefined ? undefined : fromBase36(floor);
  if (version !== '1' || nanos === undefined) {
    return undefined;
  }
  const pods = new Map<string, Position>();
  for (const position of positions) {
    const match = /^([\w-]{6}):([0-9a-z]{1,14}):(\d{1,6})$/.exec(position);
    const time = match && fromBase36(match[2]);
    if (!match || time === undefined || time === null) {
      return undefined;
    }
    pods.set(match[1], { nanos: time, lines: Number(match[3]) });
  }
  return { floor: nanos, pods };
}

/** Moves on by a line, and lets go of pods that are gone when there are too many. */
export function advance(
  position: LogPosition,
  id: string,
  nanos: bigint,
  alive: ReadonlySet<string>,
): void {
  const before = position.pods.get(id);
  // The one that was read last is at the end.
  position.pods.delete(id);
  position.pods.set(id, {
    nanos,
    lines: before?.nanos === nanos ? before.lines + 1 : 1,
  });
  while (position.pods.size > MAX_PODS) {
    const ids = [...position.pods.keys()];
    const dropped = ids.find(other => !alive.has(other)) ?? ids[0];
    const { nanos: last } = position.pods.get(dropped)!;
    position.pods.delete(dropped);
    if (alive.has(dropped) && last > position.floor) {
      position.floor = last + 1n;
    }
  }
}

/** Whether a line comes behind a position; counts those with the same time. */
export class Unread {
  #same = 0;

  constructor(private readonly from: Position | undefined) {}

  has(nanos: bigint): boolean {
    const { from } = this;
    if (!from || nanos > from.nanos) {
      return true;
    }
    if (nanos < from.nanos) {
      return false;
    }
    this.#same += 1;
    return this.#same > from.lines;
  }
}

function fromBase36(text: string): bigint | undefined {
  if (!/^[0-9a-z]{1,14}$/.test(text)) {
    return undefined;
  }
  let value = 0n;
  for (const digit of text) {
    value = value * 36n + BigInt(parseInt(digit, 36));
  }
  return value;
}
