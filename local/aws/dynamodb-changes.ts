import { isDeepStrictEqual } from 'node:util';
import { recordOf } from '../json.ts';

/** An item or a key in DynamoDB's own JSON: `{ "user_id": { "S": "u" } }`. */
export type Item = Record<string, Record<string, unknown>>;

/** A change of one item. Without `item` the item is deleted, without `former` it is new. */
export interface ItemChange {
  table: string;
  keys: Item;
  former?: Item;
  item?: Item;
}

/**
 * Reports what the calls to tables change. It reads the item that a call writes before and after the call. Writes to
 * observed tables run one after the other, so that `onChange` gets the changes in the order in which they were made. As
 * with DynamoDB Streams, a write that leaves an item as it was is not a change.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export function createChangeObserver({
  readItem,
  onChange,
}: {
  readItem: (table: string, key: Item) => Promise<Item | undefined>;
  onChange: (change: ItemChange) => void;
}) {
  /** The names of the key attributes, by table. */
  const observed = new Map<string, string[]>();
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function writeAndReport<Answer extends { status: number }>(
    table: string,
    keys: Item,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const former = await readItem(table, keys);
    const answer = await send();
    if (answer.status !== 200) return answer;
    const item = await readItem(table, keys);
    if (!isDeepStrictEqual(former, item)) {
      onChange({ table, keys, ...(former && { former }), ...(item && { item }) });
    }
    return answer;
  }

  return {
    /** Reports the changes of the table's items from now on. */
    observe(table: string, keyNames: string[]): void {
      observed.set(table, keyNames);
    },

    /** Makes a call, and reports what it has changed before it resolves with the answer. */
    async around<Answer extends { status: number }>(
      operation: string,
      input: Record<string, unknown>,
      send: () => Promise<Answer>,
    ): Promise<Answer> {
      const table = String(input.TableName);
      const keyNames = observed.get(table);
      const attributes = writtenAttributes(operation, input);
      if (!keyNames || attributes === undefined) return send();
      const write = lastWrite.then(() => writeAndReport(table, pick(attributes, keyNames), send));
      lastWrite = write.catch(() => {});
      return write;
    },
  };
}

/** Attributes of the item that a call writes, its key among them. Undefined if the call only reads. */
function writtenAttributes(operation: string, input: Record<string, unknown>): unknown {
  if (operation === 'PutItem') return input.Item;
  return operation === 'UpdateItem' || operation === 'DeleteItem' ? input.Key : undefined;
}

function pick(attributes: unknown, names: string[]): Item {
  const given = recordOf(attributes);
  return Object.fromEntries(names.map((name) => [name, recordOf(given[name])]));
}
