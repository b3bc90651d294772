/**
 * Names of environment variables that the platform sets itself, or that would
 * change how its runtime is loaded. A star stands for any ending.
 *
 * @public
 */
export const RESERVED_ENVIRONMENT = [
  'MLPIPE_*',
  'PATH',
  'HOME',
  'PYTHON*',
  'VIRTUAL_ENV',
  'LD_*',
  'DYLD_*',
  'SUPERVISOR_*',
] as const;

/** Whether a pipeline may not set this environment variable. @public */
export function isReservedEnvironmentName(name: string): boolean {
  return RESERVED_ENVIRONMENT.some(reserved =>
    reserved.endsWith('*')
      ? name.startsWith(reserved.slice(0, -1))
      : name === reserved,
  );
}
