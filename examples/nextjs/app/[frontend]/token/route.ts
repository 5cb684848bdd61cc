import { frontendOf } from '../../../lib/people.ts';
import { mintToken } from '../../../lib/service.ts';
import { sessionOf } from '../../../lib/session.ts';

/** Returns a new token for the person who is signed in to this frontend. The client calls it when it needs a token. */
export async function POST(_: Request, { params }: { params: Promise<{ frontend: string }> }) {
  const { frontend } = await params;
  const known = frontendOf(frontend);
  const person = known && (await sessionOf(known.name));
  if (!person) return new Response('Sign in first.', { status: 401 });
  return new Response(await mintToken(person), { headers: { 'cache-control': 'no-store' } });
}
