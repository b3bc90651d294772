import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type { DeferredEntity } from '@backstage/plugin-catalog-node';

/** Marks the entities as ours, so that no file can claim them. */
const LOCATION_KEY = 'ml-pipelines';

/** An entity as the catalog takes it from a provider. */
export function deferred(entity: Entity): DeferredEntity {
  return { entity, locationKey: LOCATION_KEY };
}

/** What takes an entity away again. */
export function removal(entityRef: string) {
  return { entityRef, locationKey: LOCATION_KEY };
}

/** References of entities. */
export function refsOf(entities: readonly Entity[]): Set<string> {
  return new Set(entities.map(entity => stringifyEntityRef(entity)));
}
