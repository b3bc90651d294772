import { Button, Text } from '@backstage/ui';
import type {
  ModelsView,
  ModelVersion,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { ProgressBar } from '../shared/ProgressBar';
import { Section } from '../shared/Section';
import { GateChecks } from './GateChecks';
import type { OnAsk } from './ModelDialog';
import { VersionFacts } from './VersionFacts';
import styles from '../shared/page.module.css';

/** The version that scores in the shadow, and how it does. */
export function ChallengerPanel(props: {
  name: string;
  view: ModelsView;
  challenger?: ModelVersion;
  onAsk: OnAsk;
}) {
  const { challenger, view, onAsk } = props;
  const { shadow } = view;
  const t = useText();
  return (
    <Section
      title={t('model.challenger.title')}
      actions={
        challenger && onAsk ? (
          <div className={styles.actions}>
            <Button
              size="small"
              variant="secondary"
              onPress={() =>
                onAsk({ action: 'reject', version: challenger.version })
              }
            >
              {t('model.reject')}
            </Button>
            <Button
              size="small"
              variant="primary"
              onPress={() =>
                onAsk({ action: 'promote', version: challenger.version })
              }
            >
              {t('model.promote')}
            </Button>
          </div>
        ) : undefined
      }
    >
      <div className={styles.stack}>
        <span className={styles.muted}>{t('model.words.shadow')}</span>
        {challenger ? (
          <>
            {shadow && !challenger.gate && (
              <div className={styles.tight}>
                <ProgressBar
                  label={t('model.shadow')}
                  done={shadow.events}
                  total={shadow.required}
                />
                <span className={styles.muted}>
                  {t('model.shadow.progress', {
                    events: formatNumber(shadow.events, 0),
                    required: formatNumber(shadow.required, 0),
                  })}
                </span>
              </div>
            )}
            <VersionFacts name={props.name} version={challenger} />
            <GateChecks gate={challenger.gate} />
          </>
        ) : (
          <Text as="p">{t('model.challenger.none')}</Text>
        )}
      </div>
    </Section>
  );
}
