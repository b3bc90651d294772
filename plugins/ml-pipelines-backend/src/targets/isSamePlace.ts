import type { TargetDriver, TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import { isDeepStrictEqual } from 'node:util';

/** Whether what runs on a target stays where it is when its settings are replaced. */
export function isSamePlace(
  driver: TargetDriver,
  before: TargetRef<unknown>,
  after: TargetRef<unknown>,
): boolean {
  const sameConfig = driver.isSamePlace
    ? driver.isSamePlace(before.config, after.config)
    : isDeepStrictEqual(before.config, after.config);
  // Credentials may name the place, as a kubeconfig does.
  return (
    sameConfig &&
    (!driver.placeOf || driver.placeOf(before) === driver.placeOf(after))
  );
}
