import { PlanValue, SENSITIVE_VALUE, UNKNOWN_VALUE } from './TerraformPlan';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function child(mask: unknown, key: string | number): unknown {
  if (Array.isArray(mask)) {
    return mask[Number(key)];
  }
  return isObject(mask) ? mask[key] : undefined;
}

/** Keys of the value and, for what is not known yet and therefore missing from it, of the mask. */
function keysOf(value: Record<string, unknown>, unknown: unknown): string[] {
  const missing = isObject(unknown)
    ? Object.keys(unknown).filter(key => unknown[key] === true)
    : [];
  return [...new Set([...Object.keys(value), ...missing])];
}

/**
 * Replaces values by markers, following Terraform's parallel structures in which `true` marks a whole
 * subtree. Sensitive wins over unknown.
 */
export function maskValue(
  value: unknown,
  sensitive: unknown,
  unknown?: unknown,
): PlanValue {
  if (sensitive === true) {
    return SENSITIVE_VALUE;
  }
  if (unknown === true) {
    return UNKNOWN_VALUE;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      maskValue(item, child(sensitive, index), child(unknown, index)),
    );
  }
  if (isObject(value)) {
    return Object.fromEntries(
      keysOf(value, unknown).map(key => [
        key,
        maskValue(value[key], child(sensitive, key), child(unknown, key)),
      ]),
    );
  }
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
    ? value
    : null;
}
