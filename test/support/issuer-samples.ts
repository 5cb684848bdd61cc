import type { JWTPayload } from 'jose';
import type { IssuerAlgorithm } from '../../functions/core/deployment.ts';

/** A token as an issuer makes it. `iat` and `exp` are added. */
export interface IssuerSample {
  what: string;
  /** Where the issuer documents the shape. */
  documented: string;
  header?: object;
  claims: JWTPayload;
  /** The issuer with whose key it is signed. Default: that of the claims. */
  signedBy?: string;
  /** What becomes of it: whose it is, and whether it may create; or a part of the refusal. */
  outcome: { user: string; mayCreate: boolean } | { refusal: string };
}

/** The tokens of one issuer, for the settings below its heading in docs/issuers.md. */
export interface IssuerSamples {
  algorithm: IssuerAlgorithm | 'HS256';
  samples: readonly IssuerSample[];
}

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const create = 'notifications:create';

const cognito = {
  documented:
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
  access: {
    sub: alice,
    device_key: 'eu-central-1_3f9b3c1e',
    'cognito:groups': ['testgroup'],
    iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE',
    version: 2,
    client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
    origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
    token_use: 'access',
    scope: 'openid profile aws.cognito.signin.user.admin',
    auth_time: 1676312777,
    jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    username: 'alice',
  },
  id: {
    sub: alice,
    'cognito:groups': ['testgroup'],
    email_verified: true,
    'cognito:preferred_role': 'arn:aws:iam::111122223333:role/my-test-role',
    iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE',
    'cognito:username': 'alice',
    nonce: 'abcdefg',
    origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    aud: '3n4b5urk1ft4fl3mg5e62d9ado',
    event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
    token_use: 'id',
    auth_time: 1676312777,
    jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    email: 'alice@example.com',
  },
};

const auth0 = {
  iss: 'https://example.eu.auth0.com/',
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: ['https://notifications.example.com', 'https://example.eu.auth0.com/userinfo'],
  azp: 'my_client_id',
  scope: 'openid profile email notifications:create',
};

const clerkSession = {
  azp: 'https://app.example.com',
  fva: [7, -1],
  iss: 'https://clerk.example.com',
  nbf: 1704067190,
  sid: 'sess_123',
  sub: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
  sts: 'active',
  v: 2,
  pla: 'u:free',
};

const firebase = {
  name: 'Alice',
  iss: 'https://securetoken.google.com/example-project',
  aud: 'example-project',
  auth_time: 1704067000,
  user_id: 'ZHIpQ3bWgDhcZ2xIEZTWhcyHbBm1',
  sub: 'ZHIpQ3bWgDhcZ2xIEZTWhcyHbBm1',
  email: 'alice@example.com',
  email_verified: false,
  firebase: { identities: { email: ['alice@example.com'] }, sign_in_provider: 'password' },
};

const keycloak = {
  auth_time: 1704067000,
  jti: 'onrtac:1c6f3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10',
  iss: 'https://id.example.com/realms/example',
  aud: ['belfry', 'account'],
  sub: alice,
  typ: 'Bearer',
  azp: 'web',
  sid: 'c7b0c1de-0d5b-4c43-a8c4-7b7d6a6a2f11',
  acr: '1',
  'allowed-origins': ['https://app.example.com'],
  realm_access: { roles: ['default-roles-example', 'offline_access', 'uma_authorization'] },
  resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  scope: 'openid email profile',
  email_verified: true,
  preferred_username: 'alice',
};

const logto = {
  jti: '5nRvG1mVqY1ZJ0kX2xw3c',
  sub: 'foo8mdhpzlyi',
  scope: 'read:notifications',
  client_id: 'my-app-id-0123456789',
  iss: 'https://example.logto.app/oidc',
  aud: 'https://notifications.example.com',
};

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const entra = {
  aud: '00001111-aaaa-2222-bbbb-3333cccc4444',
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  nbf: 1704067190,
  aio: 'AXQAi/8IAAAA',
  azp: '11112222-bbbb-3333-cccc-4444dddd5555',
  azpacr: '0',
  name: 'Alice',
  oid: alice,
  preferred_username: 'alice@example.com',
  rh: '0.AX0A',
  scp: 'Notifications.Read profile',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid: tenant,
  uti: 'dYcM4zlGMEyA',
  ver: '2.0',
};

const entraVersion1 = {
  ...entra,
  aud: `api://${entra.aud}`,
  iss: `https://sts.windows.net/${tenant}/`,
  appid: entra.azp,
  appidacr: '0',
  azp: undefined,
  azpacr: undefined,
  ver: '1.0',
};

const okta = {
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: 'https://example.okta.com/oauth2/default',
  aud: 'api://default',
  cid: '0oa1gjh63g214q0Hq0g4',
  uid: '00uid4BxXw6I6TV4m0g3',
  scp: ['openid', 'email'],
  auth_time: 1704067000,
  sub: 'alice@example.com',
};

const supabase = {
  iss: 'https://exampleproject.supabase.co/auth/v1',
  sub: alice,
  aud: 'authenticated',
  email: 'alice@example.com',
  phone: '',
  app_metadata: { provider: 'email', providers: ['email'] },
  user_metadata: { scopes: [create] },
  role: 'authenticated',
  aal: 'aal1',
  amr: [{ method: 'password', timestamp: 1704067000 }],
  session_id: '4b938a09-5372-4177-a314-cfa292099ea2',
  is_anonymous: false,
};

const workos = {
  iss: 'https://api.workos.com/user_management/client_01EXAMPLE',
  sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
  sid: 'session_01HQSXZGF8FHF7A9ZZFCW4387R',
  jti: '01HQSXZXPPFPKMDD32RKTFY6PV',
  org_id: 'org_01HRDMC6CM357W30QMHMQ96Q0S',
  client_id: 'client_01EXAMPLE',
  role: 'member',
  roles: ['member'],
  permissions: ['posts:read', 'posts:write'],
};

/** The last part of each address names the page. The samples have the claims of these pages, with other values. */
const pages = {
  cognitoId:
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html',
  cognitoMachine:
    'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html',
  auth0: 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
  auth0Permissions: 'https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis',
  clerk: 'https://clerk.com/docs/guides/sessions/session-tokens',
  firebase: 'https://firebase.google.com/docs/auth/admin/verify-id-tokens',
  firebaseClaims: 'https://firebase.google.com/docs/auth/admin/custom-claims',
  keycloak: 'https://www.keycloak.org/docs/latest/server_admin/',
  logto: 'https://docs.logto.io/authorization/validate-access-tokens',
  entra: 'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
  entraId: 'https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference',
  okta: 'https://developer.okta.com/docs/reference/api/oidc/',
  supabase: 'https://supabase.com/docs/guides/auth/jwt-fields',
  workos: 'https://workos.com/docs/reference/authkit/session-tokens',
};

const supabaseSamples: IssuerSample[] = [
  {
    what: 'a user, who cannot grant a scope to themselves',
    documented: pages.supabase,
    claims: supabase,
    outcome: { user: alice, mayCreate: false },
  },
  {
    what: 'a user with a scope from the backend',
    documented: pages.supabase,
    claims: { ...supabase, app_metadata: { provider: 'email', scopes: [create] } },
    outcome: { user: alice, mayCreate: true },
  },
  {
    what: 'an anonymous user',
    documented: pages.supabase,
    claims: { ...supabase, is_anonymous: true },
    outcome: { refusal: '"is_anonymous"' },
  },
  {
    what: 'the service_role, if it had a user',
    documented: pages.supabase,
    claims: { ...supabase, role: 'service_role' },
    outcome: { refusal: '"role"' },
  },
  {
    what: 'the public anon key',
    documented: pages.supabase,
    claims: { iss: 'supabase', ref: 'exampleproject', role: 'anon' },
    outcome: { refusal: '"' },
  },
];

/** By the heading of the settings in docs/issuers.md. */
export const issuerSamples: Record<string, IssuerSamples> = {
  'Amazon Cognito': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user',
        documented: cognito.documented,
        claims: cognito.access,
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of a backend, with the scope of a resource server',
        documented: pages.cognitoMachine,
        claims: {
          sub: '1example23456789',
          token_use: 'access',
          scope: 'belfry/notifications:create',
          auth_time: 1676312777,
          iss: cognito.access.iss,
          version: 2,
          jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
          client_id: '1example23456789',
        },
        outcome: { user: '1example23456789', mayCreate: true },
      },
      {
        what: 'an access token with the scope of another resource server',
        documented: pages.cognitoMachine,
        claims: { ...cognito.access, scope: 'shop/notifications:create notifications:create' },
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of another app client',
        documented: cognito.documented,
        claims: { ...cognito.access, client_id: '5example98765432' },
        outcome: { refusal: '"client_id"' },
      },
      {
        what: 'an id token',
        documented: pages.cognitoId,
        claims: cognito.id,
        outcome: { refusal: '"token_use"' },
      },
    ],
  },
  'Amazon Cognito with id tokens': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an id token',
        documented: pages.cognitoId,
        claims: cognito.id,
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an id token of another app client',
        documented: pages.cognitoId,
        claims: { ...cognito.id, aud: '5example98765432' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an access token',
        documented: cognito.documented,
        claims: cognito.access,
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an access token for a resource of the same name',
        documented: cognito.documented,
        claims: { ...cognito.access, aud: '3n4b5urk1ft4fl3mg5e62d9ado' },
        outcome: { refusal: '"token_use"' },
      },
    ],
  },
  Auth0: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user, for two audiences',
        documented: pages.auth0,
        claims: auth0,
        outcome: { user: 'auth0|5f7c8ec7c33c6c004bbafe82', mayCreate: false },
      },
      {
        what: 'an access token of a user with permissions',
        documented: pages.auth0Permissions,
        claims: { ...auth0, permissions: ['read:notifications', create] },
        outcome: { user: 'auth0|5f7c8ec7c33c6c004bbafe82', mayCreate: true },
      },
      {
        what: 'an access token of a backend, by the profile of RFC 9068',
        documented: pages.auth0,
        header: { typ: 'at+jwt' },
        claims: {
          iss: auth0.iss,
          sub: 'my_client_id@clients',
          aud: 'https://notifications.example.com',
          client_id: 'my_client_id',
          jti: 'b9d1c2f4',
          scope: create,
          permissions: [create],
        },
        outcome: { user: 'my_client_id@clients', mayCreate: true },
      },
      {
        what: 'an access token for the user info alone',
        documented: pages.auth0,
        claims: { ...auth0, aud: 'https://example.eu.auth0.com/userinfo' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an id token',
        documented: 'https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure',
        claims: { iss: auth0.iss, sub: auth0.sub, aud: 'my_client_id', nonce: 'a', name: 'Alice' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an access token of another tenant, whose issuer is the same without the slash',
        documented: pages.auth0,
        claims: { ...auth0, iss: 'https://example.eu.auth0.com' },
        outcome: { refusal: '"iss"' },
      },
    ],
  },
  Clerk: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'a token of the template',
        documented: 'https://clerk.com/docs/guides/sessions/jwt-templates',
        header: { cat: 'cl_B7d4PD222AAA', typ: 'JWT' },
        claims: { ...clerkSession, aud: 'belfry' },
        outcome: { user: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC', mayCreate: false },
      },
      {
        what: 'a session token',
        documented: pages.clerk,
        header: { cat: 'cl_B7d4PD111AAA', typ: 'JWT' },
        claims: clerkSession,
        outcome: { refusal: '"aud"' },
      },
    ],
  },
  'Clerk with session tokens': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'a session token',
        documented: pages.clerk,
        header: { cat: 'cl_B7d4PD111AAA', typ: 'JWT' },
        claims: clerkSession,
        outcome: { user: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC', mayCreate: false },
      },
      {
        what: 'a session token of a page of another origin',
        documented: pages.clerk,
        claims: { ...clerkSession, azp: 'https://app.example.com.evil.example' },
        outcome: { refusal: '"azp"' },
      },
      {
        what: 'a session token without an origin',
        documented: pages.clerk,
        claims: { ...clerkSession, azp: undefined },
        outcome: { refusal: '"azp"' },
      },
    ],
  },
  Firebase: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an id token',
        documented: pages.firebase,
        header: { typ: 'JWT' },
        claims: firebase,
        outcome: { user: 'ZHIpQ3bWgDhcZ2xIEZTWhcyHbBm1', mayCreate: false },
      },
      {
        what: 'an id token with a custom claim',
        documented: pages.firebaseClaims,
        header: { typ: 'JWT' },
        claims: { ...firebase, scope: create },
        outcome: { user: 'ZHIpQ3bWgDhcZ2xIEZTWhcyHbBm1', mayCreate: true },
      },
      {
        what: 'an id token of another project, signed by the same keys',
        documented: pages.firebase,
        claims: { ...firebase, aud: 'evil-project' },
        outcome: { refusal: '"aud"' },
      },
    ],
  },
  Keycloak: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user',
        documented: pages.keycloak,
        header: { typ: 'JWT' },
        claims: keycloak,
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of a producer with the realm role',
        documented: pages.keycloak,
        header: { typ: 'JWT' },
        claims: { ...keycloak, realm_access: { roles: ['default-roles-example', create] } },
        outcome: { user: alice, mayCreate: true },
      },
      {
        what: 'an access token with a role that only looks like it',
        documented: pages.keycloak,
        claims: { ...keycloak, realm_access: { roles: [`not ${create}`, `${create} `] } },
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token with the role of a client',
        documented: pages.keycloak,
        claims: { ...keycloak, resource_access: { shop: { roles: [create] } } },
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token without the audience mapper',
        documented: pages.keycloak,
        claims: { ...keycloak, aud: 'account' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an id token, even for the audience',
        documented: pages.keycloak,
        claims: { ...keycloak, typ: 'ID', aud: 'belfry' },
        outcome: { refusal: '"typ"' },
      },
    ],
  },
  Logto: {
    algorithm: 'ES384',
    samples: [
      {
        what: 'an access token of a user',
        documented: pages.logto,
        header: { typ: 'at+jwt' },
        claims: logto,
        outcome: { user: 'foo8mdhpzlyi', mayCreate: false },
      },
      {
        what: 'an access token of a backend',
        documented: pages.logto,
        header: { typ: 'at+jwt' },
        claims: { ...logto, sub: 'my-m2m-app-id', client_id: 'my-m2m-app-id', scope: create },
        outcome: { user: 'my-m2m-app-id', mayCreate: true },
      },
      {
        what: 'an id token',
        documented: pages.logto,
        claims: { sub: logto.sub, iss: logto.iss, aud: 'my-app-id-0123456789', at_hash: 'a' },
        outcome: { refusal: '"aud"' },
      },
    ],
  },
  'Microsoft Entra ID': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user',
        documented: pages.entra,
        header: { typ: 'JWT' },
        claims: entra,
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of a user with the scope',
        documented: pages.entra,
        claims: { ...entra, scp: `profile ${create}` },
        outcome: { user: alice, mayCreate: true },
      },
      {
        what: 'an access token of a backend with the app role',
        documented: pages.entra,
        claims: {
          ...entra,
          azpacr: '1',
          oid: '0b5e55ed-0000-4000-8000-000000000001',
          sub: '0b5e55ed-0000-4000-8000-000000000001',
          roles: [create],
          scp: undefined,
        },
        outcome: { user: '0b5e55ed-0000-4000-8000-000000000001', mayCreate: true },
      },
      {
        what: 'an access token of version 1, which has another issuer',
        documented: pages.entra,
        claims: entraVersion1,
        outcome: { refusal: '"iss"' },
      },
      {
        what: 'an access token of another tenant',
        documented: pages.entra,
        claims: {
          ...entra,
          iss: 'https://login.microsoftonline.com/eeeebbbb-0000-cccc-1111-dddd2222aaaa/v2.0',
        },
        outcome: { refusal: '"iss"' },
      },
      {
        what: 'an id token of the frontend',
        documented: pages.entraId,
        claims: { ...entra, aud: entra.azp, azp: undefined, scp: undefined },
        outcome: { refusal: '"aud"' },
      },
    ],
  },
  'Microsoft Entra ID with tokens of version 1': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user',
        documented: pages.entra,
        header: { typ: 'JWT', x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
        claims: entraVersion1,
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of a backend with the app role',
        documented: pages.entra,
        claims: { ...entraVersion1, appidacr: '1', roles: [create], scp: undefined },
        outcome: { user: alice, mayCreate: true },
      },
      {
        what: 'an access token for Microsoft Graph',
        documented: pages.entra,
        claims: { ...entraVersion1, aud: '00000003-0000-0000-c000-000000000000' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an access token of version 2',
        documented: pages.entra,
        claims: entra,
        outcome: { refusal: '"iss"' },
      },
    ],
  },
  Okta: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of a user',
        documented: pages.okta,
        claims: okta,
        outcome: { user: '00uid4BxXw6I6TV4m0g3', mayCreate: false },
      },
      {
        what: 'an access token of a user with the scope',
        documented: pages.okta,
        claims: { ...okta, scp: ['openid', create] },
        outcome: { user: '00uid4BxXw6I6TV4m0g3', mayCreate: true },
      },
      {
        what: 'an access token of a backend, which names no user',
        documented: pages.okta,
        claims: { ...okta, uid: undefined, sub: okta.cid, scp: [create] },
        outcome: { refusal: '"uid"' },
      },
      {
        what: 'an access token of the org authorization server, which is for Okta alone',
        documented: pages.okta,
        claims: { ...okta, iss: 'https://example.okta.com', aud: 'https://example.okta.com' },
        outcome: { refusal: '"iss"' },
      },
      {
        what: 'an id token',
        documented: pages.okta,
        claims: { sub: okta.uid, ver: 1, iss: okta.iss, aud: okta.cid, amr: ['pwd'], idp: '00o1' },
        outcome: { refusal: '"aud"' },
      },
    ],
  },
  Supabase: { algorithm: 'ES256', samples: supabaseSamples },
  'Supabase with the legacy secret': { algorithm: 'HS256', samples: supabaseSamples },
  'Several issuers': {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token of the first',
        documented: pages.auth0Permissions,
        claims: { ...auth0, permissions: [create] },
        outcome: { user: 'auth0|5f7c8ec7c33c6c004bbafe82', mayCreate: true },
      },
      {
        what: 'an access token of the second',
        documented: pages.keycloak,
        claims: { ...keycloak, permissions: [create] },
        outcome: { user: alice, mayCreate: false },
      },
      {
        what: 'an access token of the second, which the first has signed',
        documented: pages.keycloak,
        claims: keycloak,
        signedBy: auth0.iss,
        outcome: { refusal: 'signature does not match' },
      },
      {
        what: 'an access token of the first for the audience of the second',
        documented: pages.auth0,
        claims: { ...auth0, aud: 'belfry' },
        outcome: { refusal: '"aud"' },
      },
      {
        what: 'an id token of the second',
        documented: pages.keycloak,
        claims: { ...keycloak, typ: 'ID' },
        outcome: { refusal: '"typ"' },
      },
      {
        what: 'an access token of a third',
        documented: pages.okta,
        claims: okta,
        signedBy: auth0.iss,
        outcome: { refusal: '"iss"' },
      },
    ],
  },
  WorkOS: {
    algorithm: 'RS256',
    samples: [
      {
        what: 'an access token',
        documented: pages.workos,
        claims: workos,
        outcome: { user: 'user_01HBEQKA6K4QJAS93VPE39W1JT', mayCreate: false },
      },
      {
        what: 'an access token with the permission',
        documented: pages.workos,
        claims: { ...workos, permissions: ['posts:read', create] },
        outcome: { user: 'user_01HBEQKA6K4QJAS93VPE39W1JT', mayCreate: true },
      },
      {
        what: 'an access token of another client',
        documented: pages.workos,
        claims: { ...workos, client_id: 'client_01OTHER' },
        outcome: { refusal: '"client_id"' },
      },
    ],
  },
};
