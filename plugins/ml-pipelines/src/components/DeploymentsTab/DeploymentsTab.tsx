import { useSearchParams } from 'react-router-dom';
import { WithPipeline } from '../shared/WithPipeline';
import { DeploymentTable } from './DeploymentTable';
import { DeploymentView } from './DeploymentView';

/** Deployments of a pipeline; `?deployment=ID` opens one. */
export function DeploymentsTab() {
  const [params] = useSearchParams();
  const id = params.get('deployment');
  return (
    <WithPipeline>
      {name =>
        id ? (
          <DeploymentView key={id} pipeline={name} id={id} />
        ) : (
          <DeploymentTable pipeline={name} />
        )
      }
    </WithPipeline>
  );
}
