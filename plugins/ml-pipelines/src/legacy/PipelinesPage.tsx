import { Header, Page, TabbedLayout } from '@backstage/core-components';
import { AlertsPage } from '../components/AlertsPage/AlertsPage';
import { DraftsPage } from '../components/DraftsPage/DraftsPage';
import { OverviewPage } from '../components/OverviewPage/OverviewPage';
import { PortfolioPage } from '../components/PortfolioPage/PortfolioPage';
import { SecretsPage } from '../components/SecretsPage/SecretsPage';
import { TargetsPage } from '../components/TargetsPage/TargetsPage';
import { useText } from '../translation';

/** Header and tabs, which the new frontend system draws by itself. */
export function PipelinesPage() {
  const t = useText();
  return (
    <Page themeId="tool">
      <Header title={t('overview.title')} />
      <TabbedLayout>
        <TabbedLayout.Route path="/overview" title={t('portfolio.tab')}>
          <PortfolioPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/pipelines" title={t('overview.tab')}>
          <OverviewPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/alerts" title={t('alerts.tab')}>
          <AlertsPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/drafts" title={t('drafts.tab')}>
          <DraftsPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/targets" title={t('targets.tab')}>
          <TargetsPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/secrets" title={t('secrets.tab')}>
          <SecretsPage />
        </TabbedLayout.Route>
      </TabbedLayout>
    </Page>
  );
}
