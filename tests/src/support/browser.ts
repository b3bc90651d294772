import { existsSync } from 'node:fs';
import { Browser, chromium, Page } from 'playwright-core';

const executable = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find(path => path && existsSync(path));

/** Headless Chromium of the system. */
export function launchBrowser(): Promise<Browser> {
  if (!executable) {
    throw new Error(
      'Chromium is missing: install it, or set CHROMIUM_PATH to a Chromium or Chrome.',
    );
  }
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Signs in as the guest and shows a page. */
export async function enter(page: Page, url: string): Promise<void> {
  await page.goto(url);
  const button = page.getByRole('button', { name: 'Enter' });
  const sidebar = page.getByRole('link', { name: 'Home' });
  await button.or(sidebar).first().waitFor();
  if (await button.isVisible()) {
    await button.click();
  }
  await sidebar.waitFor();
}
