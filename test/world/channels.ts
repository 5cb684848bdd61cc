import type { Channel } from '../../client/src/environment.ts';
import type { Loop } from './loop.ts';
import type { Weather } from './weather.ts';

/** Broadcast channels of one browser. */
export function createChannels(loop: Loop, weather: Weather) {
  const open = new Map<string, Map<Channel, (run: () => void) => void>>();

  /** @param task runs something in the tab that opens the channel */
  function openChannel(name: string, task: (run: () => void) => void): Channel {
    const members = open.get(name) ?? new Map<Channel, (run: () => void) => void>();
    open.set(name, members);
    const channel: Channel = {
      onmessage: null,
      postMessage(message: unknown) {
        if (members.size === 1) return;
        // Everything that the client says is JSON, which is copied faster so.
        const data: unknown = JSON.parse(JSON.stringify(message));
        const deliver = () => {
          for (const [other, run] of [...members]) {
            if (other !== channel) run(() => other.onmessage?.call(null as never, { data } as MessageEvent));
          }
        };
        if (weather.messageDelayMs > 0) loop.after(weather.messageDelayMs, deliver);
        else queueMicrotask(deliver);
      },
      close() {
        members.delete(channel);
        channel.onmessage = null;
      },
    };
    members.set(channel, task);
    return channel;
  }

  return {
    openChannel,
    /** Sends something to every channel, as a script that is not the client's. */
    say(data: unknown): void {
      for (const members of open.values()) {
        for (const [channel, run] of [...members]) {
          run(() => channel.onmessage?.call(null as never, { data } as MessageEvent));
        }
      }
    },
  };
}
