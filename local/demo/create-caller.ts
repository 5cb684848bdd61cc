import { isRecord, parseJson } from '../json.ts';

/** What the demo page's own server answers, always JSON. */
export interface JsonAnswer {
  status: number;
  body: unknown;
}

/** One field that was refused: its dotted path, or an empty one for the command as a whole. */
interface FieldError {
  path: string;
  message: string;
}

/** The endpoint asks who calls and verifies no signature: any access key that is no function's is the developer's. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=demo/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=demo';

/** Longer than the function's own time-out, so that the function's answer is the one that is seen. */
const answerTimeoutMs = 60_000;

/** The function's errors that a producer can act upon; what is not here is ours to mend, and a 500. */
const refusals: Record<string, { status: number; code: string }> = {
  ValidationError: { status: 400, code: 'invalid_request' },
  IdempotencyConflict: { status: 409, code: 'idempotency_conflict' },
  Unavailable: { status: 503, code: 'unavailable' },
};

/**
 * Sends create commands through the direct door, as another Lambda function would. Answers and never throws: 201 (200
 * where the idempotency key was used before) with the function's answer; else `{ code, message, errors? }` under 400,
 * 409, 500 or 503, with `errors` by field for a 400, and 502 where the function could not be called at all.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createCaller({
  AwsEndpointUrl,
  CreateFunctionName,
}: {
  AwsEndpointUrl: string;
  CreateFunctionName: string;
}): (command: unknown) => Promise<JsonAnswer> {
  const url = `${AwsEndpointUrl}/2015-03-31/functions/${encodeURIComponent(CreateFunctionName)}/invocations`;

  async function invoke(command: unknown): Promise<JsonAnswer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(command),
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const payload = parseJson(await response.text());
    if (!response.ok) return notCalled(`status ${response.status}${messageOf(payload)}`);
    if (response.headers.has('x-amz-function-error')) return failed(payload);
    return { status: isRecord(payload) && payload.created === false ? 200 : 201, body: payload };
  }

  return (command) => invoke(command).catch((error: unknown) => notCalled(String(error)));
}

function notCalled(reason: string): JsonAnswer {
  const message = `The create function could not be called: ${reason}. See the lines that npm start prints.`;
  return { status: 502, body: { code: 'not_called', message } };
}

const messageOf = (payload: unknown) => (isRecord(payload) ? `, ${payload.message ?? payload.Message}` : '');

function failed(payload: unknown): JsonAnswer {
  const { errorType, errorMessage } = isRecord(payload) ? payload : {};
  const refusal = refusals[String(errorType)];
  if (!refusal) {
    const message = `The create function failed with ${errorType}; the lines that npm start prints say more.`;
    return { status: 500, body: { code: 'internal', message } };
  }
  const { status, code } = refusal;
  const message = String(errorMessage);
  return { status, body: { code, message, ...(status === 400 && { errors: readFieldErrors(message) }) } };
}

const fieldError =
  /^(?<path>(?:user_ids?|actor_id|title|body|metadata|channel|idempotency_key)(?:\.\S+)?|\S+(?= is not a known field$)) (?<message>.+)$/su;

/**
 * An invocation carries one message for all fields (`title is required; body must …`), whose parts may hold a
 * semicolon themselves: what does not begin with a field's name belongs to the part before.
 */
function readFieldErrors(text: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of text.split('; ')) {
    const { path = '', message = part } = fieldError.exec(part)?.groups ?? {};
    const before = errors.at(-1);
    if (path === '' && before) before.message += `; ${message}`;
    else errors.push({ path, message });
  }
  return errors;
}
