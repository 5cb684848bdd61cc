import type { Price } from './prices.ts';

/** The services of AWS, in the order of every bill. */
export const services = [
  'RDS',
  'Aurora',
  'VPC',
  'Data transfer',
  'API Gateway',
  'Lambda',
  'DynamoDB',
  'SQS',
  'EventBridge',
  'CloudWatch',
  'X-Ray',
  'Secrets Manager',
] as const;

export type Service = (typeof services)[number];

/** One line of a bill, before its price. */
export interface Line {
  service: Service;
  /** What is paid for. */
  item: string;
  /** In the unit of the price. */
  quantity: number;
  price: Price;
}

/** The lines of one service. */
export const linesOf =
  (service: Service) =>
  (item: string, quantity: number, price: Price): Line => ({ service, item, quantity, price });

export const gigabytes = (bytes: number): number => bytes / 2 ** 30;
