import type { Notification } from '../../functions/core/notification.ts';
import { type Action, transitions } from '../../functions/core/status.ts';
import type { Page, SimulatedWorld } from './simulated-world.ts';

export type Clicks = ReturnType<typeof createClicks>;

/** What a click of a user is held to. */
export function createClicks({ loop, cloud, journal, weather }: SimulatedWorld) {
  /** A change that was made by a user who has signed out since counts for nothing. */
  async function change(page: Page, make: () => Promise<boolean>): Promise<boolean> {
    const { sessions, tab } = page;
    if (!(await make())) return false;
    if (page.sessions === sessions) return true;
    journal.violate('only one’s own', `${tab.name} says that a change of an earlier session has worked`);
    return false;
  }

  return {
    change,
    /** A mark that the client says has worked has changed every row that the page showed as it was stored. */
    async mark(
      page: Page,
      action: Action,
      ids: readonly number[],
      make: () => Promise<boolean>,
    ): Promise<void> {
      const { client, tab } = page;
      const { user } = tab.state;
      const shown = new Map(client.getSnapshot().notifications.map((row) => [row.id, row]));
      // As they are stored at this moment.
      const stored = ids.map((id) => cloud.database.model.find(user, id));
      const worked = await change(page, make);
      for (const row of await Promise.all(stored)) {
        if (!worked || !row || shown.get(row.id)?.version !== row.version) continue;
        const after = await cloud.database.model.find(user, row.id);
        if (after?.version === row.version && transitions[action].from.includes(row.status)) {
          journal.violate(
            'a click comes true',
            `${tab.name} could ${action} ${row.id}, and it is ${row.status}`,
          );
        }
      }
    },
    /** What a click on one row says has worked is so, if nothing has changed the row since. */
    async one(
      page: Page,
      id: number,
      make: () => Promise<boolean>,
      isSo: (row: Notification) => boolean,
    ): Promise<void> {
      const { user } = page.tab.state;
      const before = cloud.database.model.find(user, id);
      const worked = await change(page, make);
      const [stored, after] = [await before, await cloud.database.model.find(user, id)];
      if (worked && stored && after?.version === stored.version && !isSo(after)) {
        journal.violate('a click comes true', `${page.tab.name} could change ${id}, and it is as it was`);
      }
    },
    /** What the client says of a button has worked was so at some moment since it was clicked. */
    async button(
      page: Page,
      given: { id: number; button: string; isBack: boolean },
      make: () => Promise<boolean>,
    ): Promise<boolean> {
      const since = loop.now();
      const worked = await change(page, make);
      if (worked) cloud.database.buttons.worked(page.tab.name, { ...given, since });
      return worked;
    },
    /** A change of the whole list is about what had come when it was made. */
    async all(page: Page, make: () => Promise<boolean>): Promise<void> {
      const { client, tab } = page;
      const { isLoading, error, filter, userId } = client.getSnapshot();
      const isCalm = weather.requestLoss + weather.databaseFailure + weather.crash === 0;
      const isOfUnread = (filter.status ?? ['unread']).some((each) => each === 'unread' || each === 'read');
      const hasList = !isLoading && error === null && userId === tab.state.user;
      const newest = journal.newestPosition(tab.state.user);
      page.newestAtClick =
        isCalm && isOfUnread && hasList ? Math.max(newest, page.newestAtClick) : Number.POSITIVE_INFINITY;
      await change(page, make);
    },
  };
}
