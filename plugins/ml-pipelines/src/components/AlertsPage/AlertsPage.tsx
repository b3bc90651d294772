import { Container } from '@backstage/ui';
import { Route, Routes } from 'react-router-dom';
import { AlertList } from './AlertList';
import { AlertPage } from './AlertPage';
import styles from '../shared/page.module.css';

/** Alerts of all pipelines, and one of them (`/alerts/:id`). */
export function AlertsPage() {
  return (
    <Container className={styles.page}>
      <Routes>
        <Route path="/" element={<AlertList />} />
        <Route path="/:id" element={<AlertPage />} />
      </Routes>
    </Container>
  );
}
