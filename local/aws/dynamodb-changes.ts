import { isDeepStrictEqual } from 'node:util';

/** An item or a key in DynamoDB's own JSON: `{ "user_id": { "S": "u" } }`. */
export type Item = Record<string, Record<string, unknown>>;

/** One item that a call has changed; `item` is missing where it is gone, `former` where there was none. */
export interface ItemChange {
  table: string;
  keys: Item;
  former?: Item;
  item?: Item;
}

/**
 * Tells what calls change in tables: reads each item that a call writes before and after it. Writes to observed tables
 * run one after the other, so that changes are told in the order in which they were made. A write that leaves an item
 * as it was is no change, as for DynamoDB Streams.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export function createChangeObserver({
  readItem,
  onChange,
}: {
  readItem: (table: string, key: Item) => Promise<Item | undefined>;
  onChange: (change: ItemChange) => void;
}) {
  /** The names of the key's attributes by table. */
  const observed = new Map<string, string[]>();
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function writeAndTell<Answer extends { status: number }>(
    writes: { table: string; keys: Item }[],
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const readAll = () => Promise.all(writes.map(({ table, keys }) => readItem(table, keys)));
    const before = await readAll();
    const answer = await send();
    if (answer.status !== 200) return answer;
    const after = await readAll();
    for (const [index, { table, keys }] of writes.entries()) {
      const [former, item] = [before[index], after[index]];
      if (isDeepStrictEqual(former, item)) continue;
      onChange({ table, keys, ...(former && { former }), ...(item && { item }) });
    }
    return answer;
  }

  return {
    /** From now on changes of the table's items are told. */
    observe(table: string, keyNames: string[]): void {
      observed.set(table, keyNames);
    },

    /** Makes a call, and tells what it has changed before it resolves with its answer. */
    async around<Answer extends { status: number }>(
      operation: string,
      input: Record<string, unknown>,
      send: () => Promise<Answer>,
    ): Promise<Answer> {
      const writes = writesOf(operation, input).flatMap(({ table, attributes }) => {
        const keyNames = observed.get(table);
        return keyNames ? [{ table, keys: pick(attributes, keyNames) }] : [];
      });
      if (writes.length === 0) return send();
      const told = lastWrite.then(() => writeAndTell(writes, send));
      lastWrite = told.catch(() => {});
      return told;
    },
  };
}

/** The items that a call writes: the table, and attributes with the key among them. */
function writesOf(
  operation: string,
  input: Record<string, unknown>,
): { table: string; attributes: unknown }[] {
  if (operation === 'BatchWriteItem') {
    return Object.entries(objectOf(input.RequestItems)).flatMap(([table, requests]) =>
      (Array.isArray(requests) ? requests : []).map((request) => {
        const { PutRequest, DeleteRequest } = objectOf(request);
        return { table, attributes: objectOf(PutRequest).Item ?? objectOf(DeleteRequest).Key };
      }),
    );
  }
  const attributes = { PutItem: input.Item, UpdateItem: input.Key, DeleteItem: input.Key }[operation];
  return attributes === undefined ? [] : [{ table: String(input.TableName), attributes }];
}

function pick(attributes: unknown, names: string[]): Item {
  const given = objectOf(attributes);
  return Object.fromEntries(names.map((name) => [name, objectOf(given[name])]));
}

/** A copy of what is an object; anything else has no members. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
