import type { Policy } from '../../functions/core/policy.ts';

/** The claims that the system of the end-to-end tests wants in each token. */
export const sharedClaims = { iss: 'https://id.example.com/', aud: 'belfry' };

/** Scopes and types of the systems that tests run, those of `npm start`. */
export const sharedPolicy = {
  scopes: ['attendee', 'organizer', 'admin'],
  types: {
    booking: {},
    announcement: {},
    promo: {},
    digest: { default: 'off' },
    payout: { critical: true },
  },
  strictTypes: false,
} satisfies Policy;

/** The same, as the settings of a stack. */
export const policySettings = {
  scopes: sharedPolicy.scopes.join(','),
  types: JSON.stringify(sharedPolicy.types),
};

/** The pages that may open its sockets: those of one app, of one preview on its port, and of development on any port. */
export const sharedOrigins = [
  'https://app.example.com',
  'https://preview.example.com:8443',
  'http://localhost:*',
];
