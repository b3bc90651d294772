import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A process number together with what tells it from a later process of the same number. */
export interface ProcessIdentity {
  pid: number;
  /** `<boot id>/<start time in clock ticks>` on Linux, the start time as `ps` prints it elsewhere. */
  start: string;
}

const STATE_FIELD = 0;
const GROUP_FIELD = 2;
const START_TIME_FIELD = 19;

/** Fields of `/proc/<pid>/stat` after the command name, which may itself contain spaces and parentheses. */
function statFields(stat: string): string[] {
  return stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
}

/** Reads what the wrapper wrote about itself; undefined when it is not complete. */
export function parseProcessFile(text: string): ProcessIdentity | undefined {
  const [pidLine, ...rest] = text.split('\n').filter(line => line.trim());
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || rest.length === 0) {
    return undefined;
  }
  const stat = rest.find(line => line.startsWith(`${pid} (`));
  if (stat && rest[0] !== stat) {
    return {
      pid,
      start: `${rest[0].trim()}/${statFields(stat)[START_TIME_FIELD]}`,
    };
  }
  return { pid, start: rest[rest.length - 1].trim() };
}

async function currentStart(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    const fields = statFields(stat);
    // A zombie has ended; only its parent has not asked yet.
    return fields[STATE_FIELD] === 'Z'
      ? undefined
      : `${boot.trim()}/${fields[START_TIME_FIELD]}`;
  } catch {
    if (process.platform === 'linux') {
      return undefined;
    }
  }
  try {
    const { stdout } = await exec('ps', [
      '-o',
      'stat=,lstart=',
      '-p',
      String(pid),
    ]);
    const [state, ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/** Start times as `ps` prints them differ in padding. */
function normalise(start: string): string {
  return start.replace(/\s+/g, ' ');
}

/** True while exactly this process exists. */
export async function isProcessAlive(
  identity: ProcessIdentity,
): Promise<boolean> {
  const start = await currentStart(identity.pid);
  return start !== undefined && normalise(start) === normalise(identity.start);
}

/**
 * True while the group of this process has members, be it alive itself or not. A number in use as a
 * process group is never given to a new process, so a group without its leader is still the same one.
 */
export async function isGroupAlive(
  identity: ProcessIdentity,
): Promise<boolean> {
  if (await isProcessAlive(identity)) {
    return true;
  }
  if ((await currentStart(identity.pid)) !== undefined) {
    return false;
  }
  return signalGroup(identity, 0) && hasLivingMember(identity.pid);
}

/** Looks through the zombies, which still can be signalled: in containers often nobody collects them. */
async function hasLivingMember(group: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    return true;
  }
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const members = await Promise.all(
    pids.map(async pid => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const fields = statFields(stat);
      return (
        Number(fields[GROUP_FIELD]) === group && fields[STATE_FIELD] !== 'Z'
      );
    }),
  );
  return members.includes(true);
}

/** Sends a signal to the whole group; false when nobody was there. */
export function signalGroup(
  identity: ProcessIdentity,
  signal: NodeJS.Signals | 0,
): boolean {
  try {
    process.kill(-identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}
