'use client';

import { type ReactNode, useEffect } from 'react';
import { listOf } from '../filter.ts';
import type { NotificationFilter } from '../types.ts';
import type { FiltersProps } from './parts.ts';

/** One of the filters that `tabs` shows. */
export interface NotificationTab {
  label: ReactNode;
  filter: NotificationFilter;
}

/**
 * Filters of your own for the prop `filters` of the bell and the inbox. When the inbox opens and none of them is the filter
 * of the client, the first one is chosen. When it closes, the client gets its filter back.
 *
 * @param list their names and filters, in their order on the screen
 * @example
 * <NotificationBell
 *   filters={tabs([
 *     { label: 'All', filter: {} },
 *     { label: 'Bookings', filter: { type: 'booking' } },
 *   ])}
 * />
 */
export function tabs(list: readonly NotificationTab[]): (props: FiltersProps) => ReactNode {
  // The same component in each render, so that a list that is made while rendering keeps its buttons and the focus.
  return (props) => <Tabs {...{ list, props }} />;
}

interface TabsProps {
  list: readonly NotificationTab[];
  props: FiltersProps;
}

function Tabs({ list, props: { labels, filter, setFilter } }: TabsProps) {
  const chosen = list.findIndex((tab) => nameOf(tab.filter) === nameOf(filter));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, because two inboxes may have different tabs
  useEffect(() => {
    if (chosen < 0 && list[0]) setFilter(list[0].filter);
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own that differs by browser
    <div className="belfry-filters" role="group" aria-label={labels.filter}>
      {list.map((tab, index) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: a tab is its place in the list
          key={index}
          type="button"
          className="belfry-filter"
          aria-pressed={index === chosen}
          onClick={() => setFilter(tab.filter)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

/** The same text for filters that show the same. */
const nameOf = (filter: NotificationFilter) => `${[...listOf(filter).statuses].sort()} ${filter.type ?? ''}`;
