import type { BackstageCredentials } from '@backstage/backend-plugin-api';

/** Who acts, as it is recorded: the entity reference of a user, the subject of a service. */
export function principalRef(credentials: BackstageCredentials): string {
  const principal = credentials.principal as
    | { type: 'user'; userEntityRef: string }
    | { type: 'service'; subject: string }
    | { type: 'none' };
  switch (principal.type) {
    case 'user':
      return principal.userEntityRef;
    case 'service':
      return principal.subject;
    default:
      return 'unknown';
  }
}
