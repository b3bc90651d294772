/**
 * Runs pipelines on the machine of the portal.
 *
 * @packageDocumentation
 */
export { mlPipelinesModuleLocal as default } from './module';
