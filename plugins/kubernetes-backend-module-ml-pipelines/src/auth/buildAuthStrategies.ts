import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import {
  AksStrategy,
  AnonymousStrategy,
  AwsIamStrategy,
  AzureIdentityStrategy,
  GoogleServiceAccountStrategy,
  GoogleStrategy,
  OidcStrategy,
  ServiceAccountStrategy,
} from '@backstage/plugin-kubernetes-backend';
import type { AuthenticationStrategy } from '@backstage/plugin-kubernetes-node';
import type { ClusterCredentials } from '../clusters/ClusterCredentials';
import { TargetStrategy } from './TargetStrategy';

/**
 * All that the plugin has by itself, which it leaves out as soon as a module
 * adds one, with ours in the place of `serviceAccount`.
 */
export function buildAuthStrategies(options: {
  config: Config;
  logger: LoggerService;
  credentials: ClusterCredentials;
}): Map<string, AuthenticationStrategy> {
  const { config, logger, credentials } = options;
  return new Map<string, AuthenticationStrategy>([
    ['aks', new AksStrategy()],
    ['aws', new AwsIamStrategy({ config })],
    ['azure', new AzureIdentityStrategy(logger)],
    ['google', new GoogleStrategy()],
    ['googleServiceAccount', new GoogleServiceAccountStrategy({ config })],
    ['localKubectlProxy', new AnonymousStrategy()],
    ['oidc', new OidcStrategy()],
    [
      'serviceAccount',
      new TargetStrategy(credentials, new ServiceAccountStrategy()),
    ],
  ]);
}
