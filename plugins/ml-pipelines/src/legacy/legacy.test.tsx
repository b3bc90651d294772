import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type { AlertApi } from '@backstage/core-plugin-api';
import type { Portfolio } from '@mlpipe/plugin-ml-pipelines-common';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import * as legacy from '../legacy';
import { createAlertToasts } from './createAlertToasts';

const api = {
  listPipelines: async () => ({ items: [], totalItems: 0 }),
  listTargets: async () => ({ items: [] }),
  getPortfolio: async () =>
    ({
      totals: { pipelines: 0 },
      groups: [],
      pipelines: [],
      trend: [],
    } as unknown as Portfolio),
};

describe('the plugin in an app on the old frontend system', () => {
  it('shows the page with its tabs', async () => {
    await renderInTestApp(
      <TestApiProvider
        apis={[
          [legacy.mlPipelinesApiRef, api as {}],
          [catalogApiRef, catalogApiMock()],
        ]}
      >
        <Routes>
          <Route path="/ml-pipelines/*" element={<legacy.MlPipelinesPage />} />
        </Routes>
      </TestApiProvider>,
      { routeEntries: ['/ml-pipelines'] },
    );
    expect(
      await screen.findByRole('heading', { name: 'ML pipelines' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Secrets' })).toBeInTheDocument();
    expect(await screen.findByText('No pipeline yet')).toBeInTheDocument();
  });

  it('knows which entities stand for a pipeline', () => {
    const entity = (type: string, annotations: Record<string, string>) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'x', annotations },
      spec: { type },
    });
    const annotation = { 'mlpipe.io/pipeline': 'x' };
    expect(legacy.isMlPipeline(entity('ml-pipeline', annotation))).toBe(true);
    expect(legacy.isMlPipeline(entity('ml-pipeline', {}))).toBe(false);
    expect(legacy.isMlPipeline(entity('service', annotation))).toBe(false);
  });

  it('brings every field that templates name', () => {
    const fields = Object.keys(legacy).filter(name =>
      name.endsWith('FieldExtension'),
    );
    expect(fields).toHaveLength(10);
  });

  it('shows toasts as alerts', () => {
    const post = jest.fn();
    const alertApi = { post } as unknown as AlertApi;
    createAlertToasts(alertApi).post({
      title: 'Saved',
      description: 'Revision 2',
      timeout: 5000,
    });
    expect(post).toHaveBeenCalledWith({
      message: 'Saved: Revision 2',
      severity: 'success',
      display: 'transient',
    });
  });
});
