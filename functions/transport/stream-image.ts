import type { AttributeValue } from 'aws-lambda';

/**
 * An item of a table's stream as plain values. It knows the types that our items have; another is undefined, which the
 * schema of the item refuses.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 */
export function readImage(image: Record<string, AttributeValue> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, read(value)]));
}

function read({ S, N, L, M }: AttributeValue): unknown {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (L !== undefined) return L.map(read);
  if (M !== undefined) return readImage(M);
  return undefined;
}
