/** Id of the Terraform state of a target. */
export function targetStackId(target: string): string {
  return `target--${target}`;
}

/** Names a try to the state backend; it is the user of its token. */
export function targetAttemptId(target: string, attempt: number): string {
  return `${targetStackId(target)}.${attempt}`;
}

/** Reverse of {@link targetAttemptId}; undefined for anything else. */
export function parseTargetAttemptId(
  text: string,
): { target: string; attempt: number } | undefined {
  // Names of targets have no dot.
  const match = /^target--([^.]+)\.(\d+)$/.exec(text);
  return match ? { target: match[1], attempt: Number(match[2]) } : undefined;
}
