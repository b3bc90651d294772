/**
 * Answers whether an attempt still holds its lease. A state write of an attempt that was replaced is refused,
 * however late it arrives.
 */
export interface AttemptGuard {
  isCurrent(attemptId: string): Promise<boolean>;
}
