import {
  createTranslationRef,
  createTranslationResource,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { catalogueMessages } from './translations/catalogueMessages';
import { alerts } from './translations/en/alerts';
import { changes } from './translations/en/changes';
import { common } from './translations/en/common';
import { connection } from './translations/en/connection';
import { forms } from './translations/en/forms';
import { checkTitles, inspection } from './translations/en/inspection';
import { models } from './translations/en/models';
import { monitoring } from './translations/en/monitoring';
import { overview } from './translations/en/overview';
import { pipeline } from './translations/en/pipeline';
import { portfolio } from './translations/en/portfolio';
import { problems } from './translations/en/problems';
import { revisions } from './translations/en/revisions';
import { runs } from './translations/en/runs';
import { sources } from './translations/en/sources';
import { targets } from './translations/en/targets';
import { workloads, workloadWords } from './translations/en/workloads';

const messages = {
  ...common,
  ...overview,
  ...pipeline,
  ...monitoring,
  ...alerts,
  ...models,
  ...runs,
  ...sources,
  ...forms,
  ...revisions,
  ...portfolio,
  ...connection,
  ...inspection,
  ...targets,
  ...workloads,
};

/**
 * Messages whose keys follow from data: node types and problem codes. They
 * are part of the same reference, but looked up with {@link useDynamicText}.
 */
export const dynamicMessages: Record<string, string> = {
  ...catalogueMessages(),
  ...changes,
  ...checkTitles,
  ...workloadWords,
  ...problems,
};

/** All messages of the plugin, in English. @public */
export const mlPipelinesTranslationRef = createTranslationRef({
  id: 'ml-pipelines',
  // The cast keeps the keys of `messages` checked by the compiler.
  messages: { ...messages, ...(dynamicMessages as {}) } as typeof messages,
});

/** French; the app registers it. @public */
export const mlPipelinesTranslations = createTranslationResource({
  ref: mlPipelinesTranslationRef,
  translations: { fr: () => import('./fr') },
});

/** Every key with its English text. */
export const englishMessages: Record<string, string> = {
  ...messages,
  ...dynamicMessages,
};

/** Keys of {@link useText}; those with plural forms by their common part. */
export type TextKey = keyof typeof messages extends infer K
  ? K extends `${infer Base}_one` | `${infer Base}_other`
    ? Base
    : K
  : never;

type Text = (key: TextKey, values?: Record<string, string | number>) => string;

/** Translates messages that the compiler knows. */
export function useText(): Text {
  const { t } = useTranslationRef(mlPipelinesTranslationRef);
  // The texts are plain strings, so that the stock type knows of no values.
  return t as unknown as Text;
}

/**
 * Translates messages whose key is put together from data; gives `fallback`
 * where there is no such message.
 */
export function useDynamicText() {
  const { t } = useTranslationRef(mlPipelinesTranslationRef);
  const loose = t as unknown as (
    key: string,
    values?: Record<string, string | number>,
  ) => string;
  return (
    key: string,
    fallback: string,
    values?: Record<string, string | number>,
  ): string =>
    Object.hasOwn(dynamicMessages, key) ? loose(key, values) : fallback;
}
