import { Route, Routes, useParams } from 'react-router-dom';
import { WithPipeline } from '../shared/WithPipeline';
import { Runs } from './Runs';
import { RunView } from './RunView';

/** Runs of a pipeline; `ID` below it opens one. */
export function RunsTab() {
  return (
    <WithPipeline>
      {name => (
        <Routes>
          <Route path="/" element={<Runs pipeline={name} />} />
          <Route path="/:id" element={<OneRun pipeline={name} />} />
        </Routes>
      )}
    </WithPipeline>
  );
}

function OneRun({ pipeline }: { pipeline: string }) {
  const { id = '' } = useParams();
  return <RunView key={id} pipeline={pipeline} id={id} />;
}
