import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LeaseRecord } from '../deployments/DeploymentRecord';

const START_TIME_FIELD = 19;
const STATE_FIELD = 0;

/** Fields of `/proc/<pid>/stat` behind the command name, which may hold spaces (proc(5)). */
async function statFields(pid: number): Promise<string[] | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not asked yet.
    return fields[STATE_FIELD] === 'Z' ? undefined : fields;
  } catch {
    return undefined;
  }
}

/**
 * Says where this process runs and whether the owner of a lease is known to
 * be dead. Only Linux tells enough to be sure; elsewhere leases just expire.
 */
export class ExecutorHost {
  private constructor(
    /** Machine: keeps the directories of attempts over a restart. */
    readonly machine: string,
    /** Machine, boot and process namespace: within it a pid means one process. */
    readonly id: string,
    /** This process within {@link ExecutorHost.id}. */
    readonly process: string,
  ) {}

  static async create(): Promise<ExecutorHost> {
    const machine = hostname();
    const fields = await statFields(process.pid);
    if (!fields) {
      return new ExecutorHost(machine, machine, `${process.pid}`);
    }
    const [boot, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    return new ExecutorHost(
      machine,
      `${machine}/${boot.trim()}/${namespace}`,
      `${process.pid}/${fields[START_TIME_FIELD]}`,
    );
  }

  /** True only when the owner certainly works no more. */
  async isGone(lease: LeaseRecord): Promise<boolean> {
    if (lease.host !== this.id || this.id === this.machine) {
      return false;
    }
    if (lease.process === '') {
      // Given back, but reserved for this host.
      return true;
    }
    const [pid, start] = lease.process.split('/');
    const fields = await statFields(Number(pid));
    return fields?.[START_TIME_FIELD] !== start;
  }
}
