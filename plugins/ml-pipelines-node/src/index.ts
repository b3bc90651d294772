/**
 * What the author of a target driver or of a node type needs.
 *
 * @packageDocumentation
 */
export * from './target';
export * from './extensionPoints';
export * from './constructs/terraformLiteral';
export * from './constructs/synthesizeStack';
export * from './logs/parseLogLine';
