import { useEffect, useState } from 'react';
import { ButtonLink } from '@backstage/ui';
import { appLanguageApiRef, useApi } from '@backstage/frontend-plugin-api';
import { RiBookOpenLine } from '@remixicon/react';

/** Where TechDocs shows the guides: the system of `catalog-info.yaml`. */
const GUIDES = '/docs/default/system/ml-platform';

/** Leads from the pages of ML pipelines to their guides, in the reader's language. */
export function GuidesLink() {
  const languageApi = useApi(appLanguageApiRef);
  const [language, setLanguage] = useState(
    () => languageApi.getLanguage().language,
  );
  useEffect(() => {
    const subscription = languageApi
      .language$()
      .subscribe(next => setLanguage(next.language));
    return () => subscription.unsubscribe();
  }, [languageApi]);

  return (
    <ButtonLink
      href={language === 'fr' ? `${GUIDES}/fr` : GUIDES}
      size="small"
      variant="tertiary"
      iconStart={<RiBookOpenLine />}
    >
      Guides
    </ButtonLink>
  );
}
