/** The claims that the system of the end-to-end tests wants in each token. */
export const sharedClaims = { iss: 'https://id.example.com/', aud: 'belfry' };

/** The pages that may open its sockets: those of one app, of one preview on its port, and of development on any port. */
export const sharedOrigins = [
  'https://app.example.com',
  'https://preview.example.com:8443',
  'http://localhost:*',
];
