import { useSearchParams } from 'react-router-dom';
import { usePipeline } from '../../hooks/usePipeline';
import { useRevisions } from '../../hooks/useRevisions';
import { QueryState } from '../shared/QueryState';
import { WithPipeline } from '../shared/WithPipeline';
import { CompareView } from './CompareView';
import { LeftoverNotice } from './LeftoverNotice';
import { RevisionTable } from './RevisionTable';
import styles from '../shared/page.module.css';

/** Revisions of a pipeline; `?from=3&to=5` compares two of them. */
export function RevisionsTab() {
  return (
    <WithPipeline>{name => <Loaded key={name} name={name} />}</WithPipeline>
  );
}

function Loaded({ name }: { name: string }) {
  const [params] = useSearchParams();
  const pipeline = usePipeline(name);
  const revisions = useRevisions(name);
  const from = Number(params.get('from'));
  const to = Number(params.get('to'));
  return (
    <QueryState query={pipeline} height={360}>
      {detail => (
        <QueryState query={revisions} height={360}>
          {items => (
            <div className={styles.stack}>
              <LeftoverNotice pipeline={detail} onChange={pipeline.refresh} />
              {from && to ? (
                <CompareView
                  pipeline={detail}
                  revisions={items}
                  from={from}
                  to={to}
                />
              ) : (
                <RevisionTable pipeline={detail} revisions={items} />
              )}
            </div>
          )}
        </QueryState>
      )}
    </QueryState>
  );
}
