import { CfnStage, type IStage, type ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';

/** The limit of a route. It is a token bucket, and all clients share it. */
export interface RouteLimitProps {
  /** Requests or messages a second, from 1. */
  rate?: number;
  /** The size of the bucket, from 1: how many may come at once. */
  burst?: number;
}

/**
 * The limits of the routes of both APIs. API Gateway answers 429 to what is above a limit, and calls no function for it. One
 * client can use up the limit of a route, but not that of another route.
 *
 * @example
 * throttling: { ping: { rate: 2_000 }, connect: { rate: 500 } }
 */
export interface ThrottlingProps {
  /** Each route of the HTTP API. Default: 1,000 requests a second, 1,000 at once. */
  http?: RouteLimitProps;
  /** New sockets (`$connect`). Default: 200 a second, 500 at once. */
  connect?: RouteLimitProps;
  /** Reports on closed sockets (`$disconnect`). What is above gets lost. Default: 1,000 a second, 1,000 at once. */
  disconnect?: RouteLimitProps;
  /** Pings, of which a page that its user sees sends one each 50 seconds. Default: 500 a second, 1,000 at once. */
  ping?: RouteLimitProps;
  /** All other messages of sockets (`$default`). Belfry's client sends none. Default: 20 a second, 200 at once. */
  message?: RouteLimitProps;
}

/** The limits of all routes, with the defaults filled in. */
export type Throttling = Record<keyof ThrottlingProps, Required<RouteLimitProps>>;

/**
 * No default is above the quotas of the smallest regions, 2,500 requests a second and 1,250 at once, because AWS allows no
 * limit of a route above that of the account.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const defaults: Throttling = {
  // A poll each 30 seconds of 25,000 clients that have no socket, and bursts of five times the connections of a role.
  http: { rate: 1_000, burst: 1_000 },
  // 40 % of the account's quota of 500 a second, so that one installation does not use it up.
  connect: { rate: 200, burst: 500 },
  disconnect: { rate: 1_000, burst: 1_000 },
  // The pings of 25,000 pages in sight.
  ping: { rate: 500, burst: 1_000 },
  message: { rate: 20, burst: 200 },
};

/** @throws Error naming the prop that is wrong, its value, and what it may be */
export function throttlingOf(props: ThrottlingProps = {}): Throttling {
  refuseUnknown('throttling', props, Object.keys(defaults));
  const entries = Object.entries(defaults).map(([name, limit]) => [
    name,
    limitOf(`throttling.${name}`, limit, props[name as keyof ThrottlingProps]),
  ]);
  // The cast: an entry for each of the defaults.
  return Object.fromEntries(entries) as Throttling;
}

function limitOf(
  where: string,
  limit: Required<RouteLimitProps>,
  props: RouteLimitProps = {},
): Required<RouteLimitProps> {
  refuseUnknown(where, props, Object.keys(limit));
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new Error(`${where}.${name} must be a whole number from 1; it is ${JSON.stringify(value)}.`);
  }
  return { rate: props.rate ?? limit.rate, burst: props.burst ?? limit.burst };
}

/** The props can come from the JSON of a context value, which no compiler has checked. */
function refuseUnknown(where: string, props: unknown, keys: string[]): void {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    throw new Error(`${where} must be an object with ${keys.join(', ')}; it is ${JSON.stringify(props)}.`);
  }
  const unknown = Object.keys(props).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  throw new Error(`${where} has the unknown key ${unknown}. Use one of: ${keys.join(', ')}.`);
}

/** The limit of every route of a stage that has no limit of its own. */
export const stageLimit = ({ rate, burst }: Required<RouteLimitProps>): ThrottleSettings => ({
  rateLimit: rate,
  burstLimit: burst,
});

/**
 * Gives routes of a stage limits of their own. The stage must depend on these routes, because API Gateway refuses the limit
 * of a route that does not exist.
 * @param limits by route key
 */
export function limitRoutes(stage: IStage, limits: Record<string, Required<RouteLimitProps>>): void {
  const settings = Object.entries(limits).map(([routeKey, { rate, burst }]) => [
    routeKey,
    // CloudFormation takes these names as they are, because the property is JSON to it.
    { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
  ]);
  const { defaultChild } = stage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error('The stage is not one that this app makes.');
  defaultChild.routeSettings = Object.fromEntries(settings);
}
