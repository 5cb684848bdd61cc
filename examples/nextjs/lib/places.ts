import { readFileSync } from 'node:fs';

/** Where the service is, and the secret that it checks tokens with. */
export interface Places {
  apiUrl: string;
  webSocketUrl: string;
  secret: string;
}

const variables = ['BELFRY_API_URL', 'BELFRY_WEB_SOCKET_URL', 'BELFRY_JWT_SECRET'];

/**
 * Reads the three variables of the environment, as in production; where none is set, what a running `npm start` has
 * written down.
 *
 * @throws Error that names what is missing, where some of the variables are set, or none and there is no such file
 */
export function placesFrom(environment: Record<string, string | undefined>, file: string): Places {
  const { BELFRY_API_URL, BELFRY_WEB_SOCKET_URL, BELFRY_JWT_SECRET } = environment;
  if (BELFRY_API_URL && BELFRY_WEB_SOCKET_URL && BELFRY_JWT_SECRET) {
    return { apiUrl: BELFRY_API_URL, webSocketUrl: BELFRY_WEB_SOCKET_URL, secret: BELFRY_JWT_SECRET };
  }
  const missing = variables.filter((name) => !environment[name]);
  if (missing.length < variables.length) {
    throw new Error(
      `Not set: ${missing.join(', ')}. Set all of ${variables.join(', ')}, or none and run \`npm start\`.`,
    );
  }
  return placesIn(file);
}

function placesIn(file: string): Places {
  try {
    const { HttpApiUrl, WebSocketUrl, JwtSecret } = JSON.parse(readFileSync(file, 'utf8'));
    return { apiUrl: String(HttpApiUrl), webSocketUrl: String(WebSocketUrl), secret: String(JwtSecret) };
  } catch (cause) {
    throw new Error(
      `There is no service: ${file} cannot be read. Run \`npm start\` in the project's root, or set ${variables.join(', ')}.`,
      { cause },
    );
  }
}
