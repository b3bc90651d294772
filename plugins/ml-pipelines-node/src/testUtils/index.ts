/**
 * For tests of targets and of what uses them.
 *
 * @packageDocumentation
 */
export * from './FakeRuns';
export * from './FakeTargetDriver';
export * from './createTestTargetModule';
export * from './runTargetContract';
