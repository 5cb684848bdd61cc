import { type Duration, Token } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { DomainProps } from './api-stage.ts';
import type { DatabaseProps } from './create-database.ts';
import type { NetworkMode } from './network.ts';
import type { RestrictedTypes } from './notification-types.ts';
import type { RetentionProps } from './retention.ts';
import type { JwtProps } from './token-settings.ts';

/** How much one caller may do. */
export interface RateLimitProps {
  /** Creates over HTTP that a token subject may make in a minute; 0: any number. Default: 600. */
  createsPerMinute?: number;
}

export interface NotificationsProps {
  /** The database: `rds`, `aurora` or an `existing` one. Default: `{ mode: 'rds' }`, PostgreSQL 18 on a `t4g.micro`. */
  database?: DatabaseProps;
  /**
   * How functions in a VPC reach the sockets: `ipv6` costs nothing, `nat` about $37 a month, and with `isolated` they do
   * not, and every push takes the way by the stream. Default: `ipv6`, except with an existing database: for its `vpcId` the
   * way out must be named, and without one there is none to give.
   */
  network?: NetworkMode;
  /** Which tokens the APIs accept. Left out: HS256 with a generated secret. */
  jwt?: JwtProps;
  /**
   * Origins of the frontends (`https://app.example.com`), for both APIs. Left out: no browser page of another origin may
   * call the API or open a socket.
   */
  allowedOrigins?: readonly string[];
  /** How long a connection gets pushes at least, even if its token ends sooner. Default: 15 minutes. */
  connectionMinimumLifetime?: Duration;
  /**
   * Types (`metadata.type`, without white space) that not every producer may create, each with the event sources that
   * may send it. Over HTTP such a type also needs the scope `notifications:create:<type>`; direct invocations and
   * messages of the queue are for IAM to allow. Left out: whoever may create may create every type.
   */
  restrictedTypes?: RestrictedTypes;
  /**
   * Types (`metadata.type`) by which created notifications are counted in CloudWatch, at most 20; each is a metric to pay
   * for. Left out: they are counted by door alone, and the types are in the log.
   */
  measuredTypes?: readonly string[];
  /** How much one caller may do. */
  rateLimits?: RateLimitProps;
  /** How long notifications are kept. Default: archived after 180 days, deleted after 365. */
  retention?: RetentionProps;
  /** Connections that one user may have; beyond it the oldest is told `goodbye` and closed. Default: 10. */
  connectionLimit?: number;
  /**
   * Environments that each of the create, read and update functions may have at once, set aside for it from the account's.
   * Left out: none, since accounts with a low quota refuse it; the limit of the database's roles protects the database.
   */
  reservedConcurrency?: number;
  /** Names of your own for the APIs. Left out: those that AWS gives them. */
  domainNames?: { http?: DomainProps; webSocket?: DomainProps };
  /** How long logs are kept. Default: a month. */
  logRetention?: RetentionDays;
  /** Told when an alarm starts and when it ends. Left out: alarms show in the console alone. */
  alarmTopic?: ITopic;
  /** Whether X-Ray traces the functions. Default: false. */
  tracing?: boolean;
  /**
   * Whether connections of the WebSocket API are logged, as requests of the HTTP API always are. API Gateway refuses it in an
   * account and region without a role for logging (`AWS::ApiGateway::Account`), which is not for one stack to set. Default:
   * false.
   */
  webSocketAccessLogs?: boolean;
}

/**
 * Refuses what no part of an installation checks for itself.
 * @throws Error naming what is wrong, and what it may be
 */
export function checkProps({
  reservedConcurrency,
  domainNames = {},
  allowedOrigins = [],
}: NotificationsProps): void {
  checkConcurrency(reservedConcurrency);
  checkDomainNames(domainNames);
  checkOrigins(allowedOrigins);
}

// A domain of an HTTP API and one of a WebSocket API cannot be the same.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-custom-domain-names.html
function checkDomainNames({ http, webSocket }: NonNullable<NotificationsProps['domainNames']>): void {
  if (!http || !webSocket || Token.isUnresolved(http.name) || http.name !== webSocket.name) return;
  throw new Error(`domainNames: http and webSocket need a name each; both are ${http.name}.`);
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
