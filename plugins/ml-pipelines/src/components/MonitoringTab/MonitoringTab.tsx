import { useSearchParams } from 'react-router-dom';
import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { TextKey, useText } from '../../translation';
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
  const set = (key: string, value: string) =>
    setParams(
      old => {
        const next = new URLSearchParams(old);
        next.set(key, value);
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
              <ToggleButtonGroup
                aria-label={t('monitoring.range')}
                selectionMode="single"
                disallowEmptySelection
                selectedKeys={[range]}
                onSelectionChange={choose('range')}
              >
                {RANGES.map(id => (
                  <ToggleButton key={id} id={id}>
                    {t(`monitoring.range.${id}` as TextKey)}
                  </ToggleButton>
                ))}
              </ToggleButtonGroup>
            )}
          </div>
          {view === 'charts' && <Charts name={name} seconds={Number(range)} />}
          {view === 'alerts' && <AlertsPanel name={name} />}
          {view === 'anomalies' && <AnomaliesPanel name={name} />}
        </>
      )}
    </WithPipeline>
  );
}
