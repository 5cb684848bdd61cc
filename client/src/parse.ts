/** The object that a text from elsewhere is, as JSON. An empty object if it is something else or cannot be read. */
export function parse<Shape extends object>(read: () => string): Partial<Shape> {
  try {
    return Object(JSON.parse(read()));
  } catch {
    return {};
  }
}
