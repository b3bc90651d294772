import { Button, Text } from '@backstage/ui';
import { RiArrowGoBackLine } from '@remixicon/react';
import type {
  ModelsView,
  ModelVersion,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { Section } from '../shared/Section';
import { earlierChampion } from './earlierChampion';
import type { OnAsk } from './ModelDialog';
import { VersionFacts } from './VersionFacts';
import styles from '../shared/page.module.css';

/** The version that scores what is answered and recorded. */
export function ChampionPanel(props: {
  name: string;
  view: ModelsView;
  champion?: ModelVersion;
  onAsk: OnAsk;
}) {
  const { champion, view, onAsk } = props;
  const t = useText();
  const earlier = earlierChampion(view);
  return (
    <Section
      title={t('model.champion.title')}
      actions={
        earlier && onAsk ? (
          <Button
            size="small"
            variant="secondary"
            destructive
            iconStart={<RiArrowGoBackLine />}
            onPress={() => onAsk({ action: 'rollback', version: earlier })}
          >
            {t('model.rollback')}
          </Button>
        ) : undefined
      }
    >
      <div className={styles.stack}>
        <span className={styles.muted}>{t('model.words.champion')}</span>
        {champion ? (
          <VersionFacts name={props.name} version={champion} />
        ) : (
          <Text as="p">{t('model.champion.none')}</Text>
        )}
      </div>
    </Section>
  );
}
