import { Route, Routes } from 'react-router-dom';
import { EditPage } from '../EditPage/EditPage';
import { WithPipeline } from '../shared/WithPipeline';
import { PipelineOverview } from './PipelineOverview';

/** Entity tab of a pipeline: its state, graph and actions, and how to edit it. */
export function PipelineTab() {
  return (
    <WithPipeline>
      {name => (
        <Routes>
          <Route path="/" element={<PipelineOverview name={name} />} />
          <Route path="/edit" element={<EditPage name={name} />} />
        </Routes>
      )}
    </WithPipeline>
  );
}
