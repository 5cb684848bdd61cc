import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What the examples take from the app around them. */
const surroundings = `
declare module 'next/link' {
  const Link: import('react').ComponentType<import('belfry/react').NotificationLinkProps>;
  export default Link;
}
declare module 'next/navigation' {
  export function useRouter(): { push(href: string): void };
}
declare const apiUrl: string, httpApiUrl: string, webSocketUrl: string, token: string;
declare const createFunctionName: string, eventBusName: string, createQueueUrl: string;
declare const command: import('belfry/producer').CreateCommand;
declare const user: { id: string }, booking: { id: string };
declare function fetchToken(): Promise<string>;
declare function getToken(): Promise<string>;
declare function render(snapshot: import('belfry').NotificationSnapshot): void;
declare function toast(title: string): void;
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: {
    belfry: [join(root, 'client/src/index.ts')],
    'belfry/*': [join(root, 'client/src/*.ts')],
  },
};

/** The examples of a document, each under the name of a file that stands beside it, and is not there. */
function examplesIn(document: string): Map<string, string> {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```(tsx?)\n(.*?)^```$/gms)];
  return new Map(
    blocks.map(([, language, code = ''], index) => [
      join(root, document, '..', `example-${index + 1}.${language}`),
      code,
    ]),
  );
}

/** What a strict compiler has to say, by file. */
function complaintsAbout(examples: Map<string, string>): string[] {
  const files = new Map([...examples].map(([name, code]) => [name, `${code}export {};`]));
  files.set(join(root, 'surroundings.d.ts'), surroundings);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2024);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

describe('the examples of the documents', () => {
  const examples = new Map(
    ['README.md', 'client/README.md'].flatMap((document) => [...examplesIn(document)]),
  );

  it('are code that a strict compiler takes', () => {
    expect(examples.size).toBeGreaterThan(8);
    expect(complaintsAbout(examples)).toEqual([]);
  }, 120_000);

  it('take no error page for a token', () => {
    const texts = [...examples.values()].filter((code) => code.includes('.text()'));
    expect(texts.length).toBeGreaterThan(0);
    for (const code of texts) expect(code).toMatch(/if \(!\w+\.ok\) throw /);
  });
});
