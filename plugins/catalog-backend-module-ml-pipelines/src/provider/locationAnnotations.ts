import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
} from '@backstage/catalog-model';

/** The annotations that the catalog requires of provided entities. */
export function locationAnnotations(
  collection: 'pipelines' | 'targets',
  name: string,
): Record<string, string> {
  const location = `ml-pipelines:${collection}/${name}`;
  return {
    [ANNOTATION_LOCATION]: location,
    [ANNOTATION_ORIGIN_LOCATION]: location,
  };
}
