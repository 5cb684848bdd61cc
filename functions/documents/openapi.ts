import { buttonId } from '../core/buttons.ts';
import { notificationId, scheduleId } from '../core/fields.ts';
import { type RouteKey, routeKeys } from '../transport/route-keys.ts';
import { componentsOf, inline, type Json, refTo } from './components.ts';
import { type Operation, operations } from './operations.ts';
import {
  gatewayResponse,
  headers,
  type ProblemName,
  problemNames,
  problemResponse,
  problemsResponse,
  responseHeaders,
  statusOf,
} from './problems.ts';

/** What the routes of each function do. */
const tags: Record<keyof typeof routeKeys, string> = {
  read: 'Reading an inbox and its preferences. A user sees their own only.',
  update: 'Changing an inbox and its preferences. A user changes their own only.',
  create: 'Creating notifications, and changing or taking back what was created.',
};

/**
 * The HTTP API as an OpenAPI 3.1 document: the routes that the stack makes, the schemas that parse their input, and the
 * problems that their refusals become.
 * @param version of the service
 */
export function openApi(version: string): Json {
  const described = paths();
  const isReferred = (name: ProblemName) => JSON.stringify(described).includes(`/responses/${name}"`);
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Belfry',
      summary: 'In-app notifications: the HTTP API',
      description:
        'A user reads and marks their own notifications, and a backend creates, updates and retracts those of any user. Errors are ' +
        'problems by RFC 9457. If the gateway itself answers, the error is a `message`.',
      contact: { name: 'The Belfry authors' },
      version,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: '{HttpApiUrl}',
        description: 'The output `HttpApiUrl` of the installation.',
        variables: { HttpApiUrl: { default: 'http://127.0.0.1:4400' } },
      },
    ],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: described,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A JWT whose `sub` is the user.',
        },
      },
      headers,
      responses: Object.fromEntries(
        problemNames.filter(isReferred).map((name) => [name, problemResponse(name)]),
      ),
    },
  };
  const components = { ...document.components, schemas: componentsOf(document, 'draft-2020-12') };
  return { ...document, components };
}

function paths(): Json {
  const items: Record<string, Json> = {};
  for (const [tag, keys] of Object.entries(routeKeys)) {
    for (const key of keys) {
      const [method = '', path = ''] = key.split(' ');
      items[path] = { ...items[path], [method.toLowerCase()]: operationOf(key, tag) };
    }
  }
  return items;
}

function operationOf(key: RouteKey, tag: string): Json {
  const { id, summary, description, body, ...operation } = operations[key];
  const parameters = parametersOf(key, operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.required,
        content: { 'application/json': { schema: refTo(body.schema) } },
      },
    }),
    responses: responsesOf(operation),
  };
}

function parametersOf(key: RouteKey, { query, headers = {} }: Pick<Operation, 'query' | 'headers'>): Json[] {
  const parameters: Json[] = [...key.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: pathSchema(key, name),
  }));
  const { properties = {}, required = [] } = query ? inline(query) : {};
  for (const [name, schema] of Object.entries(properties as Record<string, Json>)) {
    const { description, ...rest } = schema;
    const isRequired = (required as string[]).includes(name);
    // Lists are separated by commas.
    const style = rest.type === 'array' && { style: 'form', explode: false };
    parameters.push({ name, in: 'query', description, required: isRequired, ...style, schema: rest });
  }
  for (const [name, { description, schema }] of Object.entries(headers)) {
    parameters.push({ name, in: 'header', description, required: false, schema: inline(schema) });
  }
  return parameters;
}

/** Usually a status means one problem. */
const failureResponse = (names: readonly ProblemName[]): Json =>
  names.length === 1 ? { $ref: `#/components/responses/${names[0]}` } : problemsResponse(names);

function pathSchema(key: RouteKey, name: string): Json {
  if (name === 'action_id') return inline(buttonId);
  return refTo(key.includes('/scheduled/') ? scheduleId : notificationId);
}

function responsesOf({ answers, problems }: Pick<Operation, 'answers' | 'problems'>): Json {
  const successes = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    {
      description,
      headers: responseHeaders(['date', 'x-request-id']),
      ...(schema && { content: { 'application/json': { schema: refTo(schema) } } }),
    },
  ]);
  const failures = Map.groupBy(problems, statusOf);
  return {
    ...Object.fromEntries(successes),
    ...Object.fromEntries([...failures].map(([status, names]) => [status, failureResponse(names)])),
    default: gatewayResponse,
  };
}
