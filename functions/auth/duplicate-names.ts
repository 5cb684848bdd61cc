/**
 * Whether any object in a JSON text names a member twice. `JSON.parse` keeps the last and says nothing; another reader of
 * the same token may keep the first (RFC 7515, section 4; RFC 7519, section 4).
 * @param json valid JSON
 */
export function hasDuplicateNames(json: string): boolean {
  const open: Set<string>[] = [];
  // Only a member's name is followed by a colon, and brackets inside of strings are passed over with them.
  for (const [part, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (part === '{' || part === '[') open.push(new Set());
    else if (part === '}' || part === ']') open.pop();
    else if (colon !== undefined) {
      // The same name may be escaped in different ways.
      const name: string = JSON.parse(part.slice(0, -colon.length));
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
