import { render, screen } from '@testing-library/react';
import App from './App';

describe('App', () => {
  it('asks a visitor to sign in', async () => {
    process.env = {
      NODE_ENV: 'test',
      // The app reads a list here, whatever the type of an environment says.
      APP_CONFIG: [
        {
          data: {
            app: { title: 'Test' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
          context: 'test',
        },
      ] as unknown as string,
    };

    render(App.createRoot());

    expect(
      await screen.findByRole('button', { name: 'Enter' }, { timeout: 10_000 }),
    ).toBeInTheDocument();
  }, 20_000);
});
