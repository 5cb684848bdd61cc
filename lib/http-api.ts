import type { TokenEnvironment } from '@belfry/functions/environment';
import { routeKeys } from '@belfry/functions/route-keys';
import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, IpAddressType } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeNoAccessLogs, createAccessLogs, createDomain, type DomainProps } from './api-stage.ts';
import { uniqueName } from './installation.ts';
import { NotificationFunction } from './notification-function.ts';
import { stageLimit, type Throttling } from './throttling.ts';

export interface NotificationHttpApiProps {
  tokens: TokenEnvironment;
  /** Origins whose pages may call the API. */
  allowedOrigins: readonly string[];
  /** The function behind each list of routes. */
  functions: Record<keyof typeof routeKeys, IFunction>;
  /** A domain name of your own. Left out: the API has the name that AWS gives it. */
  domain?: DomainProps | undefined;
  /** Whether requests are logged. */
  accessLogs: boolean;
  throttling: Pick<Throttling, 'http'>;
}

/**
 * The header `WWW-Authenticate`, by its name and by the name that API Gateway gives it in the answer of a function.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const challengeHeaders = ['www-authenticate', 'x-amzn-remapped-www-authenticate'];

/** The HTTP API. It has exactly the routes of `route-keys.ts`, each behind the authorizer. */
export class NotificationHttpApi extends Construct {
  readonly api: HttpApi;
  /** The function that verifies tokens. */
  readonly authorize: LambdaFunction;
  /** The URL of the API. It uses the API's own domain name if there is one. */
  readonly url: string;
  /** What the API's own domain name must point to. Undefined without one. */
  readonly domainTarget: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    { tokens, allowedOrigins, functions, domain, accessLogs, throttling }: NotificationHttpApiProps,
  ) {
    super(scope, id);
    this.authorize = new NotificationFunction(this, 'Authorize', {
      entry: 'authorize-request',
      description: 'Belfry: verifies the token of a request',
      environment: tokens,
    });
    this.api = new HttpApi(this, 'Api', {
      apiName: uniqueName(this, 'Api'),
      description: 'Belfry: inboxes, and creating by HTTP',
      ipAddressType: IpAddressType.DUAL_STACK,
      createDefaultStage: false,
      // API Gateway refuses an empty list of origins. Without CORS settings no page of another origin may call.
      ...(allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...allowedOrigins],
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
          allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
          exposeHeaders: ['date', 'retry-after', 'x-request-id', ...challengeHeaders],
          maxAge: Duration.hours(1),
        },
      }),
      defaultAuthorizer: new HttpLambdaAuthorizer('Authorizer', this.authorize, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ['$request.header.Authorization'],
        // A longer cache would keep accepting tokens that are expired or revoked.
        resultsCacheTtl: Duration.seconds(30),
      }),
    });
    const domainName = domain && createDomain(this, domain);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: stageLimit(throttling.http),
      ...(accessLogs && { accessLogSettings: createAccessLogs(this, 'http') }),
      ...(domainName && { domainMapping: { domainName } }),
    });
    if (!accessLogs) acknowledgeNoAccessLogs(stage, 'They are switched off by a prop.');
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    this.domainTarget = domainName?.regionalDomainName;
    // One permission for each function, not for each route: CloudFormation takes 500 resources in a stack.
    const anyRoute = { scopePermissionToRoute: false };
    this.addRoutes(routeKeys.read, new HttpLambdaIntegration('ReadIntegration', functions.read, anyRoute));
    this.addRoutes(
      routeKeys.update,
      new HttpLambdaIntegration('UpdateIntegration', functions.update, anyRoute),
    );
    this.addRoutes(
      routeKeys.create,
      new HttpLambdaIntegration('CreateIntegration', functions.create, anyRoute),
    );
  }

  private addRoutes(keys: readonly string[], integration: HttpLambdaIntegration): void {
    for (const key of keys) {
      const [method, path] = key.split(' ') as [keyof typeof HttpMethod, string];
      this.api.addRoutes({ methods: [HttpMethod[method]], path, integration });
    }
  }
}
