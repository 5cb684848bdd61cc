/**
 * The native part of AWS's runtime client, in JavaScript: three requests to the Runtime API. The real one is C++ and needs
 * cmake and autotools to build. Node loads this file before the client (`--require`), which then gets it for
 * `./rapid-client.node`.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const http = require('node:http');
const { registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== './rapid-client.node') return nextResolve(specifier, context);
    return { url: pathToFileURL(__filename).href, format: 'commonjs', shortCircuit: true };
  },
});

const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const json = { 'content-type': 'application/json' };

/** The answer of an invocation that is on its way. The real client blocks until it is accepted. */
let posting = Promise.resolve();

function request(method, path, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      agent,
      method,
      path: `/2018-06-01/runtime/invocation/${path}`,
      headers,
    };
    const sent = http.request(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      if (response.statusCode < 300) resolve({ headers: response.headers, text });
      else reject(new Error(`The Runtime API answers ${response.statusCode} to ${method} ${path}: ${text}`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const post = (path, headers, body) => {
  posting = request('POST', path, headers, body);
};

exports.next = async () => {
  await posting;
  const { headers, text } = await request('GET', 'next');
  return { bodyJson: text, headers };
};
exports.done = (id, body) => post(`${id}/response`, json, body);
exports.error = (id, body, cause) =>
  post(`${id}/error`, { ...json, 'lambda-runtime-function-xray-error-cause': cause }, body);
