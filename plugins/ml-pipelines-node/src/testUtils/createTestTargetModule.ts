import { createBackendModule } from '@backstage/backend-plugin-api';
import { mlPipelinesTargetsExtensionPoint } from '../extensionPoints';
import type { TargetDriver } from '../target';

/** A backend module that adds a driver, for `startTestBackend`. @public */
export function createTestTargetModule<Config>(driver: TargetDriver<Config>) {
  return createBackendModule({
    pluginId: 'ml-pipelines',
    moduleId: `test-target-${driver.kind}`,
    register(env) {
      env.registerInit({
        deps: { targets: mlPipelinesTargetsExtensionPoint },
        async init({ targets }) {
          targets.addDriver(driver);
        },
      });
    },
  });
}
