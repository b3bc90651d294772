import type { RunRequest } from './RunRecord';

/** What takes the place of the source of a run: its digest, and a name for the file. */
export function inputOf({
  input,
  lines,
}: RunRequest): { digest: string; name: string } | undefined {
  if (input !== undefined) {
    return { digest: input, name: 'input.csv' };
  }
  return lines === undefined
    ? undefined
    : { digest: lines, name: 'sample.txt' };
}
