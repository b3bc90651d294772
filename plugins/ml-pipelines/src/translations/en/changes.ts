import { CHANGE_TEXTS } from '@mlpipe/plugin-ml-pipelines-common';

/** Key of the sentence of a change between two documents. */
export const changeKey = (code: string) => `change.${code}`;

/** Sentences of changes by key, as the platform itself words them. */
export const changes: Record<string, string> = Object.fromEntries(
  Object.entries(CHANGE_TEXTS).map(([code, text]) => [changeKey(code), text]),
);
