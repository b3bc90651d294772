import { Text } from '@backstage/ui';
import { diffDocuments } from '@mlpipe/plugin-ml-pipelines-common';
import type { ComparedRuns } from '../../hooks/useComparedRuns';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { Section } from '../shared/Section';
import styles from '../shared/page.module.css';

/** In what the revisions of compared runs differ from the first one's. */
export function RevisionDifferences({ compared }: { compared: ComparedRuns }) {
  const { runs, revisions } = compared;
  const t = useText();
  const [first, ...others] = [...new Set(runs.map(run => run.revision))];
  const base = revisions.get(first);
  return (
    <Section title={t('runs.compare.parameters')}>
      <div className={styles.stack}>
        {others.length === 0 && (
          <Text as="p" color="secondary">
            {t('runs.compare.parameters.same', { revision: first })}
          </Text>
        )}
        {others.map(number => {
          const revision = revisions.get(number);
          return (
            <div key={number} className={styles.tight}>
              <Text as="h3" variant="body-medium" weight="bold">
                {t('runs.compare.revisions', { first, other: number })}
              </Text>
              {base && revision ? (
                <ChangeList
                  changes={diffDocuments(base.document, revision.document)}
                />
              ) : (
                <Text as="p" color="secondary">
                  {t('runs.compare.parameters.gone')}
                </Text>
              )}
            </div>
          );
        })}
      </div>
    </Section>
  );
}
