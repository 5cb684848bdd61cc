import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { placesFrom } from '../../examples/nextjs/lib/places.ts';

const folder = mkdtempSync(join(tmpdir(), 'belfry-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const variables = {
  BELFRY_API_URL: 'https://api.example',
  BELFRY_WEB_SOCKET_URL: 'wss://socket.example',
  BELFRY_JWT_SECRET: 'secret',
};
const places = { apiUrl: 'https://api.example', webSocketUrl: 'wss://socket.example', secret: 'secret' };

describe('the Next.js example finds the service', () => {
  const written = join(folder, 'outputs.json');
  const { apiUrl: HttpApiUrl, webSocketUrl: WebSocketUrl, secret: JwtSecret } = places;
  writeFileSync(written, JSON.stringify({ HttpApiUrl, WebSocketUrl, JwtSecret }));

  it('by its environment', () => {
    expect(placesFrom(variables, 'nowhere')).toEqual(places);
  });

  it('by what a running service has written down, where the environment says nothing', () => {
    expect(placesFrom({}, written)).toEqual(places);
  });

  it('not by half of an environment, and names the other half', () => {
    expect(() => placesFrom({ ...variables, BELFRY_JWT_SECRET: '' }, written)).toThrow(
      'Not set: BELFRY_JWT_SECRET. Set all of BELFRY_API_URL, BELFRY_WEB_SOCKET_URL, BELFRY_JWT_SECRET, or none and run `npm start`.',
    );
  });

  it('nowhere without both, and says what to do', () => {
    const missing = join(folder, 'missing.json');
    expect(() => placesFrom({}, missing)).toThrow(
      `There is no service: ${missing} cannot be read. Run \`npm start\` in the project's root, or set BELFRY_API_URL, BELFRY_WEB_SOCKET_URL, BELFRY_JWT_SECRET.`,
    );
  });
});
