import { EntityRefLink } from '@backstage/plugin-catalog-react';

/** Link to the owner; plain text where the reference is not a full one. */
export function OwnerLink({ owner }: { owner: string }) {
  return owner.includes(':') ? (
    <EntityRefLink entityRef={owner} hideIcon />
  ) : (
    <>{owner}</>
  );
}
