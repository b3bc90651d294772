import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 10_000;

/** GPUs that `nvidia-smi -L` lists, one a line; 0 without the tool or the driver. */
export async function countGpus(command = 'nvidia-smi'): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-L'], {
      timeout: TIMEOUT_MS,
    });
    return stdout.split('\n').filter(line => /^GPU \d+:/.test(line)).length;
  } catch {
    return 0;
  }
}
