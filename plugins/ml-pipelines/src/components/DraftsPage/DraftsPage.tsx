import { Route, Routes } from 'react-router-dom';
import { DraftList } from './DraftList';
import { DraftResume } from './DraftResume';

/** Drafts of the user, and the way back into a draft's form (`/drafts/:id`). */
export function DraftsPage() {
  return (
    <Routes>
      <Route path="/" element={<DraftList />} />
      <Route path="/:id" element={<DraftResume />} />
    </Routes>
  );
}
