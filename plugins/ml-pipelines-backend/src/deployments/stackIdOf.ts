/** Id of the Terraform stack that owns what runs of a pipeline. */
export function stackIdOf(pipeline: string): string {
  return `pipeline--${pipeline}`;
}
