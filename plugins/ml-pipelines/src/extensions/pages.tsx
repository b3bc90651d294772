import {
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import { RiFlowChart } from '@remixicon/react';
import { rootRouteRef } from '../routes';

const page = PageBlueprint.make({
  params: {
    path: '/ml-pipelines',
    title: 'ML pipelines',
    icon: <RiFlowChart />,
    routeRef: rootRouteRef,
  },
});

const portfolio = SubPageBlueprint.make({
  name: 'overview',
  params: {
    path: 'overview',
    title: 'Overview',
    loader: () =>
      import('../components/PortfolioPage/PortfolioPage').then(m => (
        <m.PortfolioPage />
      )),
  },
});

const pipelines = SubPageBlueprint.make({
  name: 'pipelines',
  params: {
    path: 'pipelines',
    title: 'Pipelines',
    loader: () =>
      import('../components/OverviewPage/OverviewPage').then(m => (
        <m.OverviewPage />
      )),
  },
});

const alerts = SubPageBlueprint.make({
  name: 'alerts',
  params: {
    path: 'alerts',
    title: 'Alerts',
    loader: () =>
      import('../components/AlertsPage/AlertsPage').then(m => <m.AlertsPage />),
  },
});

const drafts = SubPageBlueprint.make({
  name: 'drafts',
  params: {
    path: 'drafts',
    title: 'Drafts',
    loader: () =>
      import('../components/DraftsPage/DraftsPage').then(m => <m.DraftsPage />),
  },
});

const targets = SubPageBlueprint.make({
  name: 'targets',
  params: {
    path: 'targets',
    title: 'Targets',
    loader: () =>
      import('../components/TargetsPage/TargetsPage').then(m => (
        <m.TargetsPage />
      )),
  },
});

const secrets = SubPageBlueprint.make({
  name: 'secrets',
  params: {
    path: 'secrets',
    title: 'Secrets',
    loader: () =>
      import('../components/SecretsPage/SecretsPage').then(m => (
        <m.SecretsPage />
      )),
  },
});

export const pages = [
  page,
  portfolio,
  pipelines,
  alerts,
  drafts,
  targets,
  secrets,
];
