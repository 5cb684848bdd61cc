/**
 * Watches the bytes that a client sends on a WebSocket. Calls `onTooLarge` at the header of each frame whose payload is
 * longer than `maxBytes`, because the `ws` package limits only whole messages. The returned function must get every
 * chunk in order. Without compression only, because the lengths are those on the wire.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function watchFrameSizes(maxBytes: number, onTooLarge: () => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0);
  let payloadLeft = 0;

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, rest.length);
        payloadLeft -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      header = Buffer.concat([header, rest.subarray(0, 1)]);
      rest = rest.subarray(1);
      const size = payloadSize(header);
      if (size === undefined) continue;
      if (size > maxBytes) onTooLarge();
      payloadLeft = size;
      header = Buffer.alloc(0);
    }
  };
}

/** The payload length that a frame's header announces, or undefined while the header is not whole. */
function payloadSize(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const second = header.readUInt8(1);
  const length = second & 0x7f;
  const extensionBytes = length === 127 ? 8 : length === 126 ? 2 : 0;
  const maskBytes = second & 0x80 ? 4 : 0;
  if (header.length < 2 + extensionBytes + maskBytes) return undefined;
  if (extensionBytes === 8) return Number(header.readBigUInt64BE(2));
  return extensionBytes === 2 ? header.readUInt16BE(2) : length;
}
