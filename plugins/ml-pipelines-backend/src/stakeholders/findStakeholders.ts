import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_API_CONSUMED_BY,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  RELATION_PROVIDES_API,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  PipelineDetail,
  pipelineEntityRef,
  Stakeholder,
  TARGET_ANNOTATION,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Most entities that are followed of each kind of relation. */
const MAX_RELATED = 200;
/** Who can be told. */
const PERSON = /^(user|group):/;

/** Fields that tell who owns an entity and what it is called. */
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.annotations',
  'spec.profile.displayName',
  'spec.type',
  'relations',
];

/** Options of {@link findStakeholders}. */
export interface StakeholderQuery {
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  /** On whose behalf the catalog is asked, so that nobody sees more than they may. */
  credentials: BackstageCredentials;
  pipeline: Pick<PipelineDetail, 'name' | 'owner' | 'system'>;
  /** References of users. */
  subscribers: string[];
}

/**
 * Finds whom a pipeline concerns: its owner, the owners of its target and
 * system, those of what uses its API or depends on it, and the subscribers.
 * Each is named once, with the closest role; who is not in the catalog is not
 * named.
 */
export async function findStakeholders(
  query: StakeholderQuery,
): Promise<Stakeholder[]> {
  const { pipeline, subscribers } = query;
  const [self] = await load(query, [pipelineEntityRef(pipeline.name)]);
  const targets = related(self, RELATION_DEPENDS_ON).filter(ref =>
    ref.startsWith('resource:'),
  );
  const systems = [
    ...new Set([
      ...(pipeline.system ? [pipeline.system.toLowerCase()] : []),
      ...related(self, RELATION_PART_OF).filter(ref =>
        ref.startsWith('system:'),
      ),
    ]),
  ];
  const apis = await load(query, related(self, RELATION_PROVIDES_API));
  const consumers = [
    ...related(self, RELATION_DEPENDENCY_OF),
    ...apis.flatMap(api => related(api, RELATION_API_CONSUMED_BY)),
  ];

  const found: Array<Omit<Stakeholder, 'title'>> = [
    { entityRef: pipeline.owner.toLowerCase(), role: 'owner' },
  ];
  const addOwners = (
    entities: Array<Entity | undefined>,
    role: Stakeholder['role'],
  ) => {
    for (const entity of entities) {
      for (const owner of related(entity, RELATION_OWNED_BY)) {
        const through = entity && stringifyEntityRef(entity);
        found.push({ entityRef: owner, role, through });
      }
    }
  };
  addOwners(
    (await load(query, targets)).filter(
      entity => entity?.metadata.annotations?.[TARGET_ANNOTATION],
    ),
    'target-owner',
  );
  addOwners(await load(query, systems), 'system-owner');
  addOwners(await load(query, consumers), 'consumer');
  for (const entityRef of subscribers) {
    found.push({ entityRef: entityRef.toLowerCase(), role: 'subscriber' });
  }

  const people = found.filter(
    ({ entityRef }, index) =>
      PERSON.test(entityRef) &&
      // The first one is the closest.
      found.findIndex(other => other.entityRef === entityRef) === index,
  );
  const entities = await load(
    query,
    people.map(({ entityRef }) => entityRef),
  );
  return people.flatMap((person, index) => {
    const entity = entities[index];
    return entity ? [{ ...person, title: titleOf(entity) }] : [];
  });
}

/** The references among `refs` that are no user or group of the catalog. */
export async function unknownRecipients(
  query: Pick<StakeholderQuery, 'catalog' | 'credentials'>,
  refs: string[],
): Promise<string[]> {
  const entities = await load(query, refs);
  return refs.filter(
    (ref, index) => !PERSON.test(ref.toLowerCase()) || !entities[index],
  );
}

/** In the order of the references; undefined where the catalog has none. */
async function load(
  { catalog, credentials }: Pick<StakeholderQuery, 'catalog' | 'credentials'>,
  refs: string[],
): Promise<Array<Entity | undefined>> {
  const entityRefs = refs.slice(0, MAX_RELATED);
  if (entityRefs.length === 0) {
    return [];
  }
  const { items } = await catalog.getEntitiesByRefs(
    { entityRefs, fields: FIELDS },
    { credentials },
  );
  return items;
}

function related(entity: Entity | undefined, type: string): string[] {
  const refs = (entity?.relations ?? [])
    .filter(relation => relation.type === type)
    .map(relation => relation.targetRef);
  return [...new Set(refs)];
}

function titleOf(entity: Entity): string {
  const profile = entity.spec?.profile as { displayName?: string } | undefined;
  return profile?.displayName ?? entity.metadata.title ?? entity.metadata.name;
}
