import { useState } from 'react';
import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Button,
  Text,
} from '@backstage/ui';
import type {
  DriftReport,
  FeatureDrift,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import { DriftBins } from './DriftBins';
import styles from '../shared/page.module.css';

/** Below it nothing moved. Source: N. Siddiqi, Credit Risk Scorecards, 2006. */
const STEADY = 0.1;
/** Features that are shown at first; those that moved most. */
const SHOWN = 5;

/** How far recent events are from those that the champion learned from. */
export function DriftPanel({ drift }: { drift?: DriftReport }) {
  const t = useText();
  const [all, setAll] = useState(false);
  const features = [...(drift?.features ?? [])].sort((a, b) => b.psi - a.psi);
  return (
    <Section title={t('model.drift.title')}>
      <div className={styles.stack}>
        <span className={styles.muted}>{t('model.words.psi')}</span>
        {drift ? (
          <>
            <div className={styles.actions}>
              <DriftLabel psi={drift.psi} threshold={drift.threshold} />
              <span className={styles.muted}>
                {t('model.drift.of', {
                  events: formatNumber(drift.events, 0),
                  threshold: formatNumber(drift.threshold),
                })}
                {' · '}
                <TimeAgo time={drift.at} />
              </span>
            </div>
            <div className={styles.tight}>
              {features.slice(0, all ? undefined : SHOWN).map(feature => (
                <Feature
                  key={feature.name}
                  feature={feature}
                  threshold={drift.threshold}
                />
              ))}
            </div>
            {!all && features.length > SHOWN && (
              <div>
                <Button
                  size="small"
                  variant="secondary"
                  onPress={() => setAll(true)}
                >
                  {t('model.drift.more', { total: features.length })}
                </Button>
              </div>
            )}
          </>
        ) : (
          <Text as="p">{t('model.drift.none')}</Text>
        )}
      </div>
    </Section>
  );
}

function Feature(props: { feature: FeatureDrift; threshold: number }) {
  const { feature, threshold } = props;
  const t = useText();
  return (
    <Accordion>
      <AccordionTrigger>
        <span className={styles.actions}>
          <span>{feature.label}</span>
          <DriftLabel psi={feature.psi} threshold={threshold} />
        </span>
      </AccordionTrigger>
      <AccordionPanel>
        <DriftBins
          bins={feature.bins}
          label={t('model.drift.bins', { feature: feature.label })}
        />
      </AccordionPanel>
    </Accordion>
  );
}

function DriftLabel(props: { psi: number; threshold: number }) {
  const { psi, threshold } = props;
  const t = useText();
  const value = { psi: formatNumber(psi) };
  if (psi >= threshold) {
    return <StatusLabel state="warning" text={t('model.drift.far', value)} />;
  }
  return psi < STEADY ? (
    <StatusLabel state="ready" text={t('model.drift.steady', value)} />
  ) : (
    <StatusLabel state="info" text={t('model.drift.moved', value)} />
  );
}
