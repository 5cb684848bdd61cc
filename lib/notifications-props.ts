import type { TypeRule } from '@belfry/functions/policy';
import { type Duration, Token } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { AlarmLevel } from './alarms.ts';
import type { DomainProps } from './api-stage.ts';
import type { DatabaseProps } from './create-database.ts';
import { refuseFormerTypes } from './former-types.ts';
import type { JwtProps } from './jwt-props.ts';
import type { NetworkMode } from './network.ts';
import type { RetentionProps } from './retention.ts';
import type { ThrottlingProps } from './throttling.ts';

/**
 * Limits for one caller.
 *
 * @example
 * rateLimits: { createsPerMinute: 60 }
 */
export interface RateLimitProps {
  /** How many creates over HTTP one token subject may make in a minute. 0 means no limit. Default: 600. */
  createsPerMinute?: number;
}

/**
 * The props of an installation. Each can be left out.
 *
 * @example
 * new Notifications(this, 'Notifications', {
 *   allowedOrigins: ['https://app.example.com'],
 *   database: { mode: 'aurora' },
 *   jwt: {
 *     jwksUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
 *     issuers: ['https://example.eu.auth0.com/'],
 *     audiences: ['notifications'],
 *   },
 *   scopes: ['attendee', 'organizer'],
 *   types: { payout: { critical: true, sources: ['payments'] }, digest: { default: 'off' } },
 * });
 */
export interface NotificationsProps {
  /** The database: `rds`, `aurora` or an `existing` one. Default: `{ mode: 'rds' }`, PostgreSQL 18 on a `t4g.micro`. */
  database?: DatabaseProps;
  /**
   * How functions in a VPC reach the sockets. `ipv6` costs nothing. `nat` costs about $37 a month. With `isolated` they do
   * not reach them, and every push goes over the stream of the deliveries table. Default: `ipv6`. An existing VPC
   * (`vpc`, or `vpcId` of an existing database) requires this prop, and an existing database without a `vpcId` does not allow
   * it.
   */
  network?: NetworkMode;
  /** Which tokens the APIs accept. Left out: HS256 with a generated secret, in `jwtSecret`. */
  jwt?: JwtProps;
  /**
   * The origins of your frontends, such as `https://app.example.com`, for both APIs. Left out: no browser page of another
   * origin can call the API or open a socket.
   */
  allowedOrigins?: readonly string[];
  /** How long a connection gets pushes at least, in whole minutes, even if its token ends sooner. Default: 15 minutes. */
  connectionMinimumLifetime?: Duration;
  /**
   * The frontends that have a bell of their own, at most 8 names such as `organizer`: 1 to 32 of `a-z`, `0-9`, `_` and `-`,
   * a letter first. A deployment is refused while notifications of a scope exist that is no longer here (`movedScopes`).
   * Left out: no scopes, one bell.
   */
  scopes?: readonly string[];
  /**
   * The rules for types (`metadata.type`, 1 to 64 visible characters without white space), such as the `policy` of a
   * catalogue (`belfry/catalogue`). A type is the same in whatever case it is written. Left out: no type has a rule, so
   * recipients cannot switch any off.
   */
  types?: Readonly<Record<string, TypeRule>>;
  /** Whether a notification of a type that `types` does not have is refused. Default: false. */
  strictTypes?: boolean;
  /**
   * Scopes that were taken out of `scopes`, whose notifications move to no scope at this deployment, so that every bell shows
   * them. Left out: the deployment is refused while there are any.
   */
  movedScopes?: readonly string[];
  /**
   * The name of the event bus, unlike that of every other bus of the account and region. A new name replaces the bus.
   * Left out: a name from the stack's name and the path of the construct.
   */
  eventBusName?: string;
  /** Limits for one caller. Left out: the defaults of its props. */
  rateLimits?: RateLimitProps;
  /**
   * Limits of API Gateway for each route, for all clients together. Left out: the defaults of its props, which suffice for
   * 25,000 open pages.
   */
  throttling?: ThrottlingProps;
  /** How long notifications are kept. Default: archived after 180 days, deleted after 365. */
  retention?: RetentionProps;
  /**
   * How many connections one user may have, from 1. If a user opens one more, the oldest gets the frame `goodbye` and is
   * closed. Default: 10.
   */
  connectionLimit?: number;
  /**
   * How many environments each of the create, read and update functions may run at once, from 1, reserved from the account's
   * quota. Left out: nothing is reserved, because accounts with a low quota refuse it. The connection limits of the
   * database's roles protect the database.
   */
  reservedConcurrency?: number;
  /** Domain names of your own for the APIs, one for each. Left out: the APIs have the names that AWS gives them. */
  domainNames?: { http?: DomainProps; webSocket?: DomainProps };
  /** How long logs are kept. Default: a month. */
  logRetention?: RetentionDays;
  /**
   * Which CloudWatch alarms there are: `all`, `essential` for those of the dead letters, the APIs, the create function and
   * the database, or `none`. Each costs $0.10 a month beyond the first ten of an account. Default: `all`.
   */
  alarms?: AlarmLevel;
  /** Gets a message when an alarm starts and when it ends. Left out: alarms show in the console only. */
  alarmTopic?: ITopic;
  /** Whether X-Ray traces the functions. Default: false. */
  tracing?: boolean;
  /**
   * Whether requests of the HTTP API are logged. The account that deploys needs the permissions for log deliveries
   * (`logs:CreateLogDelivery`, `logs:PutResourcePolicy`), or API Gateway refuses the stage. Default: true.
   */
  httpAccessLogs?: boolean;
  /**
   * Whether connections of the WebSocket API are logged. The account and region need a role for logging
   * (`AWS::ApiGateway::Account`). Without it API Gateway refuses the deployment. Set it outside of this stack, because it is
   * for all APIs of the account and region. Default: false.
   */
  webSocketAccessLogs?: boolean;
}

/**
 * Checks the props that no part of an installation checks.
 * @throws Error naming the prop that is wrong, its value, and what it may be
 */
export function checkProps(props: NotificationsProps): void {
  const { reservedConcurrency, domainNames = {}, allowedOrigins = [], alarms, alarmTopic } = props;
  refuseFormerTypes(props);
  checkConcurrency(reservedConcurrency);
  if (alarms === 'none' && alarmTopic) {
    throw new Error("There is an alarm topic, but alarms is 'none'. Leave one of the two out.");
  }
  checkDomainNames(domainNames);
  checkOrigins(allowedOrigins);
}

// API Gateway refuses the same domain name for an HTTP API and a WebSocket API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-custom-domain-names.html
function checkDomainNames({ http, webSocket }: NonNullable<NotificationsProps['domainNames']>): void {
  if (!http || !webSocket || Token.isUnresolved(http.name) || http.name !== webSocket.name) return;
  throw new Error(`domainNames: http and webSocket must have different names; both are ${http.name}.`);
}

function checkConcurrency(reservedConcurrency: number | undefined): void {
  if (reservedConcurrency === undefined) return;
  if (Number.isInteger(reservedConcurrency) && reservedConcurrency >= 1) return;
  throw new Error(`reservedConcurrency must be a whole number from 1; it is ${reservedConcurrency}.`);
}

/** The wildcards that `isOriginAllowed` of the service and the CORS settings of API Gateway both accept. */
const originWildcard = /^(\*|https?:\/\/\*)$/;

/**
 * Refuses a text that no browser sends as an origin. It would shut the pages out without an error, or fail the deployment.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 * @throws Error naming the first wrong origin, and what an origin is
 */
export function checkOrigins(origins: readonly string[]): void {
  const wrong = origins.find((origin) => {
    const isKnownLater = Token.isUnresolved(origin);
    return !isKnownLater && !originWildcard.test(origin) && !isOrigin(origin.replace(/:\*$/, ''));
  });
  if (wrong === undefined) return;
  throw new Error(
    `allowedOrigins holds ${JSON.stringify(wrong)}, which is no origin. An origin is a scheme, a host in lower case, and ` +
      'a port if it is not the default one, without a path or a slash at the end, such as https://app.example.com. ' +
      '* allows every page, and https://* every page by https. Name each subdomain.',
  );
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
}
