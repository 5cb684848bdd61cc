import { Token } from 'aws-cdk-lib';

/** As `isOriginAllowed` of the sockets' door and API Gateway's CORS take them. */
const wildcard = /^(\*|https?:\/\/\*)$/;

/**
 * Refuses what no browser ever sends as an origin, which would lock the pages out without a word, or fail the deployment.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 * @throws Error naming the first that is wrong, and what it may be
 */
export function checkOrigins(origins: readonly string[]): void {
  const wrong = origins.find((origin) => {
    const isKnownLater = Token.isUnresolved(origin);
    return !isKnownLater && !wildcard.test(origin) && !isOrigin(origin.replace(/:\*$/, ''));
  });
  if (wrong === undefined) return;
  throw new Error(
    `allowedOrigins holds ${JSON.stringify(wrong)}, which is no origin. One is a scheme, a host in lower case and a port ` +
      'where it is not the usual one, without a path or a slash at the end, such as https://app.example.com; * allows ' +
      'every page, https://* every one by https, and each subdomain is to be named.',
  );
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
}
