import { TerraformCommand } from './TerraformCommand';

const STREAMING_KINDS: ReadonlySet<TerraformCommand['kind']> = new Set([
  'init',
  'plan',
  'apply',
  'destroy',
]);

/** Whether the standard output of a command is a stream of JSON lines rather than one document. */
export function isStreaming({ kind }: TerraformCommand): boolean {
  return STREAMING_KINDS.has(kind);
}
