import { type NextRequest, NextResponse } from 'next/server';

/**
 * The sign-in of this example asks for no password. So under `npm run example`, which sets a key, it serves only browsers
 * that were opened with this key in the address. An app with a real sign-in needs no such file.
 */
export function proxy(request: NextRequest): NextResponse {
  const key = process.env.BELFRY_EXAMPLE_KEY;
  if (!key || request.cookies.get('key')?.value === key) return NextResponse.next();
  if (request.nextUrl.searchParams.get('key') !== key) {
    return new NextResponse('Open the address that npm run example prints. It has a key.\n', { status: 401 });
  }
  const response = NextResponse.redirect(new URL('/', request.url));
  response.cookies.set('key', key, { httpOnly: true, sameSite: 'lax' });
  return response;
}

export const config = { matcher: '/((?!_next/).*)' };
