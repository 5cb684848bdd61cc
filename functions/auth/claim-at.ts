/**
 * The claim that a name or a path leads to, such as `sub` or `realm_access.roles`; undefined if there is none. A name may
 * have dots too, such as `https://example.com/roles`: what the token has by its whole name comes first.
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
  const members = new Map(Object.entries(claims));
  if (members.has(path)) return members.get(path);
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const found = claimAt(members.get(path.slice(0, dot)), path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
