import { useState } from 'react';
import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import styles from '../shared/page.module.css';
import { ChallengerPanel } from './ChallengerPanel';
import { ChampionPanel } from './ChampionPanel';
import { DriftPanel } from './DriftPanel';
import { ModelChange, ModelDialog } from './ModelDialog';
import { NextPanel } from './NextPanel';
import { VersionTable } from './VersionTable';

/** Everything about the versions of a model, with what one may do about them. */
export function Models(props: {
  name: string;
  view: ModelsView;
  onChange: () => void;
}) {
  const { name, view, onChange } = props;
  const { canDeploy } = usePipelinePermissions(name);
  const [change, setChange] = useState<ModelChange>();
  const ask = canDeploy ? setChange : undefined;
  const champion = view.versions.find(v => v.version === view.champion);
  const challenger = view.versions.find(v => v.version === view.challenger);
  return (
    <div className={styles.stack}>
      <NextPanel name={name} view={view} onAsk={ask} />
      <div className={styles.columns}>
        <ChampionPanel
          name={name}
          view={view}
          champion={champion}
          onAsk={ask}
        />
        <ChallengerPanel
          name={name}
          view={view}
          challenger={challenger}
          onAsk={ask}
        />
      </div>
      <DriftPanel drift={view.drift} />
      <VersionTable name={name} view={view} onAsk={ask} />
      {change && (
        <ModelDialog
          name={name}
          view={view}
          change={change}
          onDone={onChange}
          onClose={() => setChange(undefined)}
        />
      )}
    </div>
  );
}
