import { ApiHolder, translationApiRef } from '@backstage/frontend-plugin-api';
import { englishMessages, mlPipelinesTranslationRef } from '../../translation';

/**
 * Translates where there are no hooks, such as in a field's validation.
 *
 * @param fallback - Text for a key that is not known.
 */
export function translate(
  apis: ApiHolder,
  key: string,
  values?: Record<string, string | number>,
  fallback?: string,
): string {
  const english = englishMessages[key];
  if (english === undefined) {
    return fallback ?? key;
  }
  const snapshot = apis
    .get(translationApiRef)
    ?.getTranslation(mlPipelinesTranslationRef);
  if (snapshot?.ready) {
    const loose = snapshot.t as unknown as (
      k: string,
      v?: Record<string, string | number>,
    ) => string;
    return loose(key, values);
  }
  return english.replace(/\{\{(\w+)\}\}/g, (_, name) =>
    String(values?.[name] ?? ''),
  );
}
