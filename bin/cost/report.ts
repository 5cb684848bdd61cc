import type { Bill, BilledLine } from './bill.ts';
import { services } from './line.ts';
import type { Mode } from './modes.ts';
import { type Price, priceRegion, pricesOf } from './prices.ts';

/** The bills to show, by their modes. */
export type Bills = Readonly<Partial<Record<Mode, Bill>>>;

/** An amount in US dollars with cents. What is not nothing and less than half a cent is shown as such. */
export function dollars(usd: number): string {
  if (usd > 0 && usd < 0.005) return '<$0.01';
  return usd.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
}

/** A quantity with as many digits as matter. */
export const amount = (quantity: number): string =>
  quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 3 : quantity < 1_000 ? 1 : 0 });

const nameOf = ({ service, item }: BilledLine): string => `${service}: ${item}`;

/** A table for a terminal. The first column is at the left, all others are at the right. */
function toText(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}

/** What each mode costs: a row for each line of a bill, a column for each mode. */
export function compareModes(bills: Bills): string[][] {
  const all = Object.values(bills);
  const names = services.flatMap((service) => {
    const lines = all.flatMap((bill) => bill.lines.filter((line) => line.service === service));
    return [...new Set(lines.map(nameOf))];
  });
  const cell = ({ lines }: Bill, name: string) => {
    const line = lines.find((each) => nameOf(each) === name);
    return line ? dollars(line.usd) : '–';
  };
  return [
    ['A month', ...Object.keys(bills)],
    ...names.map((name) => [name, ...all.map((bill) => cell(bill, name))]),
    ['Total', ...all.map(({ usd }) => dollars(usd))],
    ['Total without free units', ...all.map(({ listUsd }) => dollars(listUsd))],
  ];
}

/** One bill: what is paid for, how much of it, at what price, and what it costs. */
export function tableOf({ lines, usd, listUsd }: Bill): string[][] {
  return [
    ['A month', 'Quantity', 'Price', 'List', 'Beyond free'],
    ...lines.map((line) => [
      nameOf(line),
      amount(line.quantity),
      priceInWords(line.price),
      dollars(line.listUsd),
      dollars(line.usd),
    ]),
    ['Total', '', '', dollars(listUsd), dollars(usd)],
  ];
}

/** A price in words, such as `$0.20 per million requests`. */
export function priceInWords({ usd, per, unit }: Price): string {
  const price = `$${usd < 0.01 ? usd : usd.toFixed(String(usd).length > 4 ? 3 : 2)}`;
  if (per === 1) return `${price} per ${unit.replace(/s(?=\s|$)/, '')}`;
  return `${price} per million ${unit}`;
}

const about = `List prices of ${priceRegion} of ${pricesOf}. The free units are those that every account has for ever, used for this
installation alone. Taxes, support, credits, and what is free for a year only are left out. How it is counted: docs/cost.md`;

/** What the command prints: one mode in full, or all of them side by side. */
export function reportOf(bills: Bills): string {
  const all = Object.entries(bills);
  const [only] = all;
  const table = only && all.length === 1 ? tableOf(only[1]) : compareModes(bills);
  const warnings = all.flatMap(([mode, bill]) => bill.warnings.map((warning) => `${mode}: ${warning}`));
  return [toText(table), ...(warnings.length > 0 ? [warnings.join('\n')] : []), about].join('\n\n');
}

/** The bills as data. */
export const toJson = (bills: Bills, usage: object): string =>
  JSON.stringify(
    {
      region: priceRegion,
      prices_of: pricesOf,
      usage,
      modes: Object.fromEntries(
        Object.entries(bills).map(([mode, { lines, listUsd, usd, warnings }]) => [
          mode,
          {
            usd,
            list_usd: listUsd,
            warnings,
            lines: lines.map(({ service, item, quantity, price, ...costs }) => ({
              service,
              item,
              quantity,
              unit: price.unit,
              list_usd: costs.listUsd,
              usd: costs.usd,
            })),
          },
        ]),
      ),
    },
    null,
    2,
  );
