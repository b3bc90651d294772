import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { TargetCapabilities } from '../targets/TargetCapabilities';

/**
 * What validation may know beyond the document itself. Whatever is left out
 * is not checked: the form field knows less than the backend.
 *
 * @public
 */
export interface ValidationContext {
  catalogue: NodeCatalogue;
  /** Registered targets by name, with what they can do. */
  targets?: ReadonlyMap<string, TargetCapabilities>;
  /** Names of the secrets in the store that the owner may use. */
  secretNames?: ReadonlySet<string>;
}
