import { useSearchParams } from 'react-router-dom';
import { Button, Text, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import type { FixedRange } from '../../hooks/useMetrics';
import { usePipeline } from '../../hooks/usePipeline';
import { TextKey, useText } from '../../translation';
import { formatTime } from '../shared/format';
import { TellButton } from '../TellDialog/TellButton';
import { useTellAboutCharts } from '../TellDialog/useTellAboutCharts';
import { WithPipeline } from '../shared/WithPipeline';
import { AlertsPanel } from './AlertsPanel';
import { AnomaliesPanel } from './AnomaliesPanel';
import { Charts } from './Charts';
import styles from '../shared/page.module.css';

const VIEWS = ['charts', 'alerts', 'anomalies'] as const;
const RANGES = ['900', '3600', '21600', '86400'] as const;

/** Charts, alerts and anomalies of a pipeline; what is shown lives in the URL. */
export function MonitoringTab() {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const view = VIEWS.find(v => v === params.get('view')) ?? 'charts';
  const range = RANGES.find(r => r === params.get('range')) ?? '3600';
  const fixed = fixedRange(params);
  const set = (key: string, value: string) =>
    setParams(
      old => {
        const next = new URLSearchParams(old);
        next.set(key, value);
        if (key === 'range') {
          next.delete('from');
          next.delete('to');
        }
        return next;
      },
      { replace: true },
    );
  const choose = (key: string) => (keys: Iterable<string | number>) => {
    const [chosen] = keys;
    if (chosen !== undefined) {
      set(key, String(chosen));
    }
  };
  return (
    <WithPipeline>
      {name => (
        <>
          <div className={styles.bar}>
            <ToggleButtonGroup
              aria-label={t('monitoring.tab')}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[view]}
              onSelectionChange={choose('view')}
            >
              {VIEWS.map(id => (
                <ToggleButton key={id} id={id}>
                  {t(`monitoring.section.${id}` as TextKey)}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
            {view === 'charts' && (
              <div className={styles.actions}>
                <TellAboutCharts name={name} range={fixed ?? Number(range)} />
                <ToggleButtonGroup
                  aria-label={t('monitoring.range')}
                  selectionMode="single"
                  disallowEmptySelection
                  selectedKeys={fixed ? [] : [range]}
                  onSelectionChange={choose('range')}
                >
                  {RANGES.map(id => (
                    <ToggleButton key={id} id={id}>
                      {t(`monitoring.range.${id}` as TextKey)}
                    </ToggleButton>
                  ))}
                </ToggleButtonGroup>
              </div>
            )}
          </div>
          {view === 'charts' && fixed && (
            <div className={styles.actions}>
              <Text as="p">
                {t('monitoring.window', {
                  from: formatTime(fixed.from * 1000),
                  to: formatTime(fixed.to * 1000),
                })}
              </Text>
              <Button
                size="small"
                variant="tertiary"
                onPress={() => set('range', range)}
              >
                {t('monitoring.window.leave')}
              </Button>
            </div>
          )}
          {view === 'charts' && (
            <Charts name={name} range={fixed ?? Number(range)} />
          )}
          {view === 'alerts' && <AlertsPanel name={name} />}
          {view === 'anomalies' && <AnomaliesPanel name={name} />}
        </>
      )}
    </WithPipeline>
  );
}

/** `?from=…&to=…` in epoch seconds, as links to a certain time have it. */
function fixedRange(params: URLSearchParams): FixedRange | undefined {
  const [from, to] = [Number(params.get('from')), Number(params.get('to'))];
  return from > 0 && to > from ? { from, to } : undefined;
}

function TellAboutCharts(props: { name: string; range: number | FixedRange }) {
  const pipeline = usePipeline(props.name);
  const subject = useTellAboutCharts(
    props.name,
    pipeline.value?.title ?? props.name,
    props.range,
  );
  return <TellButton pipeline={props.name} subject={subject} />;
}
