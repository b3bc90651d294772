import {
  TerraformCommand,
  TerraformOperationOptions,
} from './TerraformCommand';

function operationArguments(options: TerraformOperationOptions): string[] {
  return [
    ...(options.lockTimeoutSeconds
      ? [`-lock-timeout=${options.lockTimeoutSeconds}s`]
      : []),
    ...(options.parallelism ? [`-parallelism=${options.parallelism}`] : []),
    ...(options.varFiles ?? []).map(file => `-var-file=${file}`),
    ...(options.targets ?? []).map(address => `-target=${address}`),
  ];
}

/**
 * A positional argument must not be read as an option. Terraform's flag parser knows `--`,
 * but a path is clearer to whoever reads the record.
 */
function positional(value: string): string {
  return value.startsWith('-') ? `./${value}` : value;
}

/** Turns a command into the arguments of the binary. No shell ever interprets them. */
export function commandArguments(command: TerraformCommand): string[] {
  switch (command.kind) {
    case 'init':
      return [
        'init',
        ...(command.json === false ? [] : ['-json']),
        '-input=false',
        '-no-color',
        ...(command.upgrade ? ['-upgrade'] : []),
        ...(command.reconfigure ? ['-reconfigure'] : []),
        ...(command.backend === false ? ['-backend=false'] : []),
        ...(command.pluginDir ? [`-plugin-dir=${command.pluginDir}`] : []),
        ...(command.readonlyLockFile ? ['-lockfile=readonly'] : []),
      ];
    case 'plan':
      return [
        'plan',
        '-json',
        '-input=false',
        '-no-color',
        '-detailed-exitcode',
        ...(command.out ? [`-out=${command.out}`] : []),
        ...(command.destroy ? ['-destroy'] : []),
        ...(command.refreshOnly ? ['-refresh-only'] : []),
        ...(command.refresh === false ? ['-refresh=false'] : []),
        ...(command.lock === false ? ['-lock=false'] : []),
        ...(command.replace ?? []).map(address => `-replace=${address}`),
        ...operationArguments(command),
      ];
    case 'apply':
      return [
        'apply',
        '-json',
        '-input=false',
        '-no-color',
        '-auto-approve',
        ...operationArguments({
          lockTimeoutSeconds: command.lockTimeoutSeconds,
          parallelism: command.parallelism,
        }),
        positional(command.planFile),
      ];
    case 'destroy':
      return [
        'destroy',
        '-json',
        '-input=false',
        '-no-color',
        '-auto-approve',
        ...(command.refresh === false ? ['-refresh=false'] : []),
        ...operationArguments(command),
      ];
    case 'show':
      return [
        'show',
        '-json',
        '-no-color',
        ...(command.planFile ? [positional(command.planFile)] : []),
      ];
    case 'output':
      return ['output', '-json', '-no-color'];
    case 'validate':
      return ['validate', '-json', '-no-color'];
    case 'version':
      return ['version', '-json'];
    case 'providers':
      return ['providers', 'schema', '-json', '-no-color'];
    case 'force-unlock':
      return ['force-unlock', '-force', positional(command.lockId)];
    default:
      throw new Error(
        `Unknown Terraform command ${JSON.stringify(command satisfies never)}`,
      );
  }
}
