import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { type RouteKey, routeKeys } from '../../functions/transport/route-keys.ts';
import type { JsonSchema } from './described-values.ts';
import type { Answer } from './installation.ts';

interface Response {
  headers?: Record<string, unknown>;
  /** Left out: without a body. */
  content?: Record<string, { example?: unknown }>;
}

/** What the document says of a route. */
export interface DescribedOperation {
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Response | { $ref: string }>;
}

/** The parts of an OpenAPI document that the tests look at. */
export interface OpenApi {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: {
    schemas: Record<string, JsonSchema & { description?: string; examples?: unknown[] }>;
    responses: Record<string, Response>;
  };
}

/** Every route that there is. */
export const everyRoute: readonly RouteKey[] = Object.values(routeKeys).flat();

/** The HTTP API as the published document describes it. */
export function describedApi() {
  const file = join(import.meta.dirname, '../../docs/openapi.json');
  const document: OpenApi = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, strictTypes: true });
  formats.default(ajv);
  // The document is no schema, but holds some; strict as ajv is, it wants to know all words around them.
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, 'openapi.json');

  /** What is wrong with a value by the schema at this place of the document; empty where nothing is. */
  function faultsAt(place: readonly string[], value: unknown): string[] {
    const pointer = place.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const $ref = `openapi.json#${encodeURI(pointer)}`;
    const validate = ajv.getSchema($ref);
    if (!validate) throw new Error(`The document has no schema at ${$ref}.`);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  function operationOf(route: RouteKey): DescribedOperation {
    const [method = '', path = ''] = route.split(' ');
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`The document does not have the route ${route}.`);
    return operation;
  }

  const responsesOf = (route: RouteKey) => {
    const [method = '', path = ''] = route.split(' ');
    return {
      place: ['paths', path, method.toLowerCase(), 'responses'],
      responses: operationOf(route).responses,
    };
  };

  /** The component to which a reference leads. */
  function resolve($ref: string): JsonSchema {
    const schema = document.components.schemas[$ref.replace('#/components/schemas/', '')];
    if (!schema) throw new Error(`The document has no schema ${$ref}.`);
    return schema;
  }

  return {
    document,
    faultsAt,
    operationOf,
    resolve,

    /** The statuses that the document names for this route alone. */
    statusesOf: (route: RouteKey): number[] =>
      Object.keys(responsesOf(route).responses)
        .filter((status) => status !== 'default')
        .map(Number),

    /** In what an answer is not as the document describes it. */
    faultsOf(route: RouteKey, { status, headers, body }: Answer<unknown>): string[] {
      const { place, responses } = responsesOf(route);
      const response = responses[status];
      if (!response) return [`answers ${status}`];
      const at = '$ref' in response ? response.$ref.split('/').slice(1) : [...place, String(status)];
      const { headers: promised = {}, content } =
        '$ref' in response ? (document.components.responses[at.at(-1) ?? ''] ?? {}) : response;
      const type = headers.get('content-type') ?? '';
      if (content ? !(type in content) : type !== '' || body !== undefined) return [`is ${type}`];
      // The gateway's own answers have none of our headers, and it renames one of them.
      const missing = Object.keys(promised).filter(
        (name) => !headers.has(name) && !headers.has(`x-amzn-remapped-${name}`),
      );
      const isOurs = type === 'application/problem+json' || status < 400;
      return [
        ...(isOurs ? missing.map((name) => `lacks ${name}`) : []),
        ...(content ? faultsAt([...at, 'content', type, 'schema'], body) : []),
      ];
    },
  };
}

/** The socket as the published document describes it. */
export function describedSocket() {
  const file = join(import.meta.dirname, '../../docs/asyncapi.yaml');
  const document = parse(readFileSync(file, 'utf8'));
  const messages: Record<string, { payload: { $ref?: string } }> = document.components.messages;
  const ajv = new Ajv({ allErrors: true });
  formats.default(ajv);
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, 'asyncapi.yaml');

  return {
    /** The types of frames that the service is said to send. */
    sent: Object.keys(messages).filter((name) => !['ping', 'anything'].includes(name)),

    /** In what a frame is not as the document describes the message of its type. */
    faultsOfFrame(frame: { type: string }): string[] {
      const validate = ajv.getSchema(`asyncapi.yaml${messages[frame.type]?.payload.$ref}`);
      if (!validate) return [`is of the type ${frame.type}`];
      if (validate(frame)) return [];
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
  };
}
