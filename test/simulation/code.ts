import ts from 'typescript';

/**
 * A piece of code as far as its meaning goes: without comments, line breaks, parentheses, commas, semicolons, types, and the
 * braces around a single statement.
 */
export interface Code {
  kind: ts.SyntaxKind;
  /** What a piece without parts says; an empty text otherwise. */
  text: string;
  parts: Code[];
  /** The first character of it in its file, and the first one after it. */
  start: number;
  end: number;
  isStatement: boolean;
}

/** A file of source code. */
export interface SourceFile {
  /** Below the root of the repository. */
  path: string;
  text: string;
  /** Every piece of it by its kind. */
  places: Map<ts.SyntaxKind, Place[]>;
}

/** A piece of code and what follows it, such as a statement and the next ones. */
export interface Place {
  siblings: Code[];
  index: number;
}

/** @throws SyntaxError if the text is no TypeScript */
export function parseSource(path: string, text: string): SourceFile {
  const file = parse(path, text);
  const places: SourceFile['places'] = new Map();
  const add = (siblings: Code[]): void => {
    for (const [index, { kind, parts }] of siblings.entries()) {
      const known = places.get(kind) ?? [];
      known.push({ siblings, index });
      places.set(kind, known);
      add(parts);
    }
  };
  add([codeOf(file, file)]);
  return { path, text, places };
}

/** @throws SyntaxError if the text is no TypeScript */
export const checkSource = (path: string, text: string): void => void parse(path, text);

function parse(path: string, text: string): ts.SourceFile {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  // What the parser has found wrong is there, but not in its public types.
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: readonly ts.Diagnostic[] };
  const [error] = parseDiagnostics;
  if (!error) return file;
  throw new SyntaxError(`${path}: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}\n${text}`);
}

/**
 * The statements, or the single expression, that a text consists of. Statements end in a semicolon or a brace.
 * @throws SyntaxError if the text is neither
 */
export function parseSnippet(text: string): Code[] {
  const file = parse('snippet.ts', `async function snippet() {\n${text}\n}`);
  const [snippet] = file.statements;
  const statements = snippet && ts.isFunctionDeclaration(snippet) ? (snippet.body?.statements ?? []) : [];
  const [first] = statements;
  if (!first) throw new SyntaxError('The text is empty.');
  const isExpression =
    statements.length === 1 && ts.isExpressionStatement(first) && !text.trimEnd().endsWith(';');
  const nodes = isExpression ? [first.expression] : [...statements];
  return nodes.map((node) => codeOf(node, file));
}

function codeOf(wrapped: ts.Node, file: ts.SourceFile): Code {
  const node = unwrap(wrapped);
  const parts = partsOf(node, file).map((part) => codeOf(part, file));
  const isText = ts.isStringLiteralLike(node) || ts.isNumericLiteral(node);
  const text = isText ? node.text : node.getText(file);
  return {
    kind: node.kind,
    text: parts.length === 0 ? text : '',
    parts,
    start: node.getStart(file),
    end: node.end,
    isStatement: ts.isStatement(node),
  };
}

/** The code inside of what makes no difference to it. */
function unwrap(node: ts.Node): ts.Node {
  if (ts.isParenthesizedExpression(node)) return unwrap(node.expression);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return unwrap(node.expression);
  if (ts.isNonNullExpression(node)) return unwrap(node.expression);
  return node;
}

function partsOf(node: ts.Node, file: ts.SourceFile): ts.Node[] {
  const children = node.getChildren(file).map(isBranching(node) ? withoutBraces : (child) => child);
  const parts: ts.Node[] = [];
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index];
    if (!child || isNoise(child) || (ts.isArrowFunction(node) && isParenthesis(child))) continue;
    const [next, last] = [children[index + 1], children[index + 2]];
    const isAnnotation = child.kind === ts.SyntaxKind.ColonToken && next && next === annotationOf(node);
    const isTypeList =
      child.kind === ts.SyntaxKind.LessThanToken && last?.kind === ts.SyntaxKind.GreaterThanToken;
    if (isAnnotation) index += 1;
    else if (isTypeList) index += 2;
    else parts.push(child);
  }
  return parts;
}

/** The type that a variable, a parameter, a property or a function is annotated with. */
function annotationOf(node: ts.Node): ts.Node | undefined {
  const isAnnotated =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isFunctionLike(node);
  return isAnnotated ? node.type : undefined;
}

const isParenthesis = ({ kind }: ts.Node): boolean =>
  kind === ts.SyntaxKind.OpenParenToken || kind === ts.SyntaxKind.CloseParenToken;

const isBranching = (node: ts.Node): boolean =>
  ts.isIfStatement(node) || ts.isIterationStatement(node, false);

/** The statement of a block that has no other. */
function withoutBraces(node: ts.Node): ts.Node {
  if (!ts.isBlock(node)) return node;
  const [only, ...others] = node.statements;
  return only && others.length === 0 ? only : node;
}

const isNoise = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.CommaToken || node.kind === ts.SyntaxKind.SemicolonToken || ts.isJSDoc(node);
