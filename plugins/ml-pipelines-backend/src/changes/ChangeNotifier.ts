/**
 * Tells others what changed: other backend plugins through the events service,
 * pages through signals. Best effort: no method ever throws.
 */
export interface ChangeNotifier {
  /** Spec, status, endpoint or deployment of a pipeline changed: event and signal. */
  pipelineChanged(
    name: string,
    details?: { deployment?: string },
  ): Promise<void>;
  /** A deployment made progress that only pages care about: signal, no event. */
  deploymentProgressed(pipeline: string, deployment: string): Promise<void>;
  pipelineDeleted(name: string): Promise<void>;
  targetChanged(name: string): Promise<void>;
  targetDeleted(name: string): Promise<void>;
}
