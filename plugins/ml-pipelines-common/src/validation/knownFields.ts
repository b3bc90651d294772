import { z } from 'zod';

type Schema = z.core.$ZodType;

/**
 * Names of the fields that a schema knows at a path, for "did you mean".
 * Empty where the path leads through something else than objects, lists and
 * records, or where any field is allowed.
 */
export function knownFields(
  schema: Schema,
  path: ReadonlyArray<string | number>,
): string[] {
  let current: Schema | undefined = unwrap(schema);
  for (const segment of path) {
    if (current instanceof z.core.$ZodObject) {
      const shape: Record<string, Schema> = current._zod.def.shape;
      current = Object.hasOwn(shape, segment) ? shape[segment] : undefined;
    } else if (current instanceof z.core.$ZodArray) {
      current = current._zod.def.element;
    } else if (current instanceof z.core.$ZodRecord) {
      current = current._zod.def.valueType;
    } else {
      return [];
    }
    current = current && unwrap(current);
  }
  return current instanceof z.core.$ZodObject
    ? Object.keys(current._zod.def.shape)
    : [];
}

function unwrap(schema: Schema): Schema {
  let inner = schema;
  while (
    inner instanceof z.core.$ZodOptional ||
    inner instanceof z.core.$ZodNullable ||
    inner instanceof z.core.$ZodDefault ||
    inner instanceof z.core.$ZodPrefault
  ) {
    inner = inner._zod.def.innerType;
  }
  return inner;
}
