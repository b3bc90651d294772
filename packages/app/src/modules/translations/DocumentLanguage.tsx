import { useEffect } from 'react';
import { appLanguageApiRef, useApi } from '@backstage/frontend-plugin-api';

/**
 * Says in `<html lang>` which language the pages are in, for screen readers
 * and for numbers and times, which follow it.
 */
export const DocumentLanguage = () => {
  const languageApi = useApi(appLanguageApiRef);
  useEffect(() => {
    document.documentElement.lang = languageApi.getLanguage().language;
    const subscription = languageApi.language$().subscribe(({ language }) => {
      document.documentElement.lang = language;
    });
    return () => subscription.unsubscribe();
  }, [languageApi]);
  return null;
};
