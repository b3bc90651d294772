import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, within } from '@testing-library/react';
import { SourcePanel } from './SourcePanel';

describe('SourcePanel', () => {
  it('shows counts, addresses and samples of a source that listens', async () => {
    renderInTestApp(
      <SourcePanel
        source={{
          node: 'logs',
          lagBytes: 2048,
          received: 1200,
          lost: 3,
          refused: 2,
          listening: ['udp://127.0.0.1:5514', 'tcp://127.0.0.1:5514'],
          lastEventAt: new Date().toISOString(),
          malformed: {
            count: 1,
            samples: [
              {
                time: '2026-01-01T00:00:00Z',
                line: '\ufffd\ufffd',
                reason: 'It is binary data.',
              },
            ],
          },
        }}
      />,
    );
    const panel = await screen.findByRole('region', { name: 'Source' });
    const fact = (label: string) =>
      within(panel).getByText(label, { selector: 'dt' }).nextElementSibling;
    expect(fact('Received')).toHaveTextContent(/1.?200/);
    expect(fact('Lost')).toHaveTextContent('3');
    expect(fact('Refused')).toHaveTextContent('2');
    expect(fact('Unreadable')).toHaveTextContent('1');
    expect(fact('Waiting')).toHaveTextContent('2 KiB');
    expect(fact('Listens on')).toHaveTextContent(
      'udp://127.0.0.1:5514, tcp://127.0.0.1:5514',
    );
    expect(within(panel).getByText('It is binary data.')).toBeInTheDocument();
  });

  it('leaves out what a source does not know', async () => {
    renderInTestApp(
      <SourcePanel
        source={{
          node: 'logs',
          lagBytes: 4000,
          lagEvents: 40,
          malformed: { count: 0, samples: [] },
        }}
      />,
    );
    const panel = await screen.findByRole('region', { name: 'Source' });
    expect(panel).toHaveTextContent('40 events (about 3.9 KiB)');
    expect(panel).toHaveTextContent('None yet');
    expect(within(panel).queryByText('Lost')).toBeNull();
    expect(within(panel).queryByText('Listens on')).toBeNull();
    expect(within(panel).queryByRole('table')).toBeNull();
  });
});
