import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

const {
  AWS_REGION = '',
  AWS_ACCESS_KEY_ID = '',
  AWS_SECRET_ACCESS_KEY = '',
  AWS_SESSION_TOKEN = '',
} = process.env;
const agent = new Agent({ keepAlive: true });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signing keys by service; a key is good for a day. */
const keys = new Map<string, Buffer>();

function keyOf(service: string, day: string): Buffer {
  const name = `${day}/${service}`;
  const known = keys.get(name);
  if (known) return known;
  const key = [AWS_REGION, service, 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${AWS_SECRET_ACCESS_KEY}`, day),
  );
  keys.set(name, key);
  return key;
}

/**
 * Posts a body with Signature Version 4, and resolves with the body of the answer.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedPost(
  service: string,
  url: URL,
  extra: Record<string, string>,
  body: string,
): Promise<string> {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const headers: Record<string, string> = {
    host: url.host,
    'x-amz-date': date,
    'x-amz-security-token': AWS_SESSION_TOKEN,
    ...extra,
  };
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const path = url.pathname.split('/').map(encodeURIComponent).join('/');
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `POST\n${path}\n\n${lines}\n${signedHeaders}\n${sha256(body)}`;
  const scope = `${day}/${AWS_REGION}/${service}/aws4_request`;
  const signature = hmac(
    keyOf(service, day),
    `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`,
  ).toString('hex');
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  headers['content-length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url.pathname} answers ${response.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
