import fc from 'fast-check';

// The spellings of links that the service and the client must judge in the same way. docs/api.md says the rules.

/** Routes that stay on the site of the page. */
export const safeRoutes = [
  '/',
  '/inbox/7?tab=all#top',
  '/é',
  '/a b',
  '/a//b',
  '/a/../b',
  '/./a',
  '/../a',
  '/.well-known/x',
  '/...//a',
  '/@user:name',
  '/a%20b',
  '/a%2Fb',
  '/a%5Cb',
  '/100%',
  '/%',
  '/%zz',
  '/?next=//other.example',
  '/?next=%2F%2Fother.example',
  '/?q=a%5Cb',
  '/#//other.example',
  '/https://other.example',
] as const;

/** Routes that lead away, or that a parser, a router or a server may read in another way than a person. */
export const unsafeRoutes = [
  '',
  'inbox',
  './a',
  ' /a',
  '?a',
  '#a',
  'https://other.example/',
  'javascript:alert(1)',
  '//other.example',
  '//one.invalid/a',
  '///other.example',
  '////',
  '/.//other.example/x',
  '/..//other.example',
  '/././/other.example',
  '/a/..//other.example',
  '/a/b/../..//other.example',
  '/a/..///other.example',
  '/%2e//other.example',
  '/%2E//other.example',
  '/%2e%2e//other.example',
  '/.%2e//other.example',
  '/a/%2e%2e//other.example',
  '/a/%2E.//other.example',
  '/%2F/other.example',
  '/%2fother.example',
  '/%252Fother.example',
  '/%25252fother.example',
  '/.%2f/..%252f',
  '/a%2f/..%252fother.example',
  '/a//../b',
  '/%5Cother.example',
  '/%255cother.example',
  '/a/..%2F/other.example',
  '/a%2F..%2F%2Fother.example',
  '/%252e//other.example',
  '/%09/other.example',
  '/%0A/other.example',
  '/%0d/other.example',
  '/.%09//other.example',
  '/\\other.example',
  '\\/other.example',
  '\\\\other.example',
  '/a\\b',
  '/./\\other.example',
  '/a?b=\\',
  '/a#\\',
  '/\t/other.example',
  '/\n/other.example',
  '/\r/other.example',
  '/.\t//other.example',
  '/a\r\n',
  '/a\0',
  '/a\u007f',
  '/a\u0085',
  '/a\ud800',
] as const;

/** URLs that may be linked from any page. */
export const safeUrls = [
  'https://app.example.com',
  'https://app.example.com/a?b=c#d',
  'HTTPS://APP.EXAMPLE.COM',
  'https://app.example.com:8443/a',
  'https://[::1]/',
  'https://bücher.example/ä',
  'https://app.example.com/@user',
  'https://app.example.com/?mail=a@b.example',
  'https://app.example.com#a@b.example',
  'https://app.example.com/a//b/../c',
  'https://localhost/',
] as const;

/** URLs for development. The service takes them. A page links to them only if it is local itself. */
export const localUrls = ['http://localhost', 'http://localhost:3000/a', 'HTTP://LOCALHOST/'] as const;

/** URLs that may not be linked from any page. */
export const unsafeUrls = [
  '',
  '/inbox',
  '//other.example',
  'javascript:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,x',
  'ftp://app.example.com/',
  'blob:https://app.example.com/1',
  'http://app.example.com',
  'http://127.0.0.1',
  'http://localhost.',
  'http://localhost.other.example',
  'http://localhost@other.example',
  'http://localhost:80@other.example',
  'https://bank.example@other.example/',
  'https://bank.example:x@other.example/',
  'https://bank.example%2F@other.example/',
  'https://@other.example/',
  'https://:@other.example/',
  'https:other.example',
  'https:/other.example',
  'https:///other.example',
  'https:\\\\other.example',
  'https://app.example.com\\@other.example',
  'https://other.example/\\a',
  ' https://app.example.com',
  'https://',
  'https://?a',
  'https://a b',
  'https://a%zz/',
  'https://app.example.com:99999/',
  'https://app.example.com/\n',
  'https://app.example.com/\ta',
  'https://app.example.com/\0',
  'https://app.example.com/\ud800',
] as const;

const pieces = ['/', '\\', '.', '%2e', '%2E', '%2F', '%2f', '%5c', '%252f', '%252e', '%09', '\t', '\n', '\r'];

/** Spellings of what may be taken for a path or a URL, of the pieces that parsers treat specially. */
export const linkSpelling: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '/', '/', '/', '//', 'https:', 'https://', 'http://', 'http://localhost'),
    fc.array(fc.constantFrom(...pieces, ...pieces, '@', ':', '?', '#', ' ', 'h', 'a.example'), {
      maxLength: 10,
    }),
  )
  .map(([start, rest]) => start + rest.join(''));
