import type {
  V1ControllerRevisionList,
  V1ObjectMeta,
  V1PodTemplateSpec,
  V1ReplicaSetList,
} from '@kubernetes/client-node';
import type { ClusterConnection } from './client/ClusterConnection';
import { PIPELINE_LABEL, REVISION_ANNOTATION } from './constructs/names';
import { group, selecting } from './paths';

/**
 * The image that a revision ran with, when a newer one came after it: going
 * back has to bring back what worked, also when it was the image that did not.
 *
 * @returns undefined for the newest revision, and for one that is forgotten
 */
export async function imageOfRevision(
  connection: ClusterConnection,
  pipeline: string,
  revision: number,
): Promise<string | undefined> {
  const { namespace } = connection;
  const query = selecting({ [PIPELINE_LABEL]: pipeline });
  const list = <T>(resource: string) =>
    connection.get<T>(`${group('apps/v1', namespace, resource)}?${query}`);
  const [sets, revisions] = await Promise.all([
    list<V1ReplicaSetList>('replicasets'),
    list<V1ControllerRevisionList>('controllerrevisions'),
  ]);
  const known = [
    ...sets.items.map(({ metadata, spec }) =>
      ranWith(metadata, spec?.template),
    ),
    ...revisions.items.map(({ metadata, data }) =>
      ranWith(
        metadata,
        (data as { spec?: { template?: V1PodTemplateSpec } })?.spec?.template,
      ),
    ),
  ];
  if (!known.some(each => each.revision > revision)) {
    return undefined;
  }
  return known
    .filter(each => each.revision === revision)
    .sort((a, b) => a.since - b.since)[0]?.image;
}

function ranWith(
  metadata: V1ObjectMeta | undefined,
  template: V1PodTemplateSpec | undefined,
) {
  return {
    revision: Number(template?.metadata?.annotations?.[REVISION_ANNOTATION]),
    image: template?.spec?.containers[0]?.image,
    since: Date.parse(String(metadata?.creationTimestamp)),
  };
}
