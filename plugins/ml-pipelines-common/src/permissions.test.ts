import { isPermission } from '@backstage/plugin-permission-common';
import * as permissions from './permissions';

describe('mlPipelinesPermissions', () => {
  it('lists every exported permission once, under the name of the plugin', () => {
    const exported = Object.entries(permissions)
      .filter(([name]) => name.endsWith('Permission'))
      .map(([, permission]) => permission);
    const { mlPipelinesPermissions } = permissions;
    expect(new Set(mlPipelinesPermissions)).toEqual(new Set(exported));
    const names = mlPipelinesPermissions.map(permission => permission.name);
    expect(new Set(names).size).toBe(names.length);
    for (const permission of mlPipelinesPermissions) {
      expect(permission.name).toMatch(/^ml-pipelines\.[a-z-]+\.[a-z-]+$/);
      expect(isPermission(permission, permission)).toBe(true);
    }
  });
});
