import { Component, type HTMLAttributes, type SyntheticEvent } from 'react';
import { focusItem, itemsOf } from './use-item-focus.ts';

/** What is to stay as it is, before a change. */
interface Before {
  root: HTMLElement;
  /** The part of the inbox that scrolls. */
  list: HTMLElement;
  /** The element of the inbox with the focus. */
  focused: Element | false | null;
  /** The item that is to stay where it is. */
  item: Element | undefined;
  top: number;
  height: number;
}

/**
 * The inbox, in which a change takes away neither the focus nor what is under the pointer.
 *
 * The focus: if an item with the focus is removed, for any reason, the focus stays at its place in the list. If another
 * element with the focus is removed, such as a button after its work, the focus goes to the item in the tab order.
 *
 * The pointer: the item under the pointer or a finger stays where it is when others come, so that the next click never hits
 * another one. So do the buttons below the list. Otherwise, in a list that was scrolled, the first visible item stays.
 * Browsers know only the last rule, and Safari none. To hold an item in a list that is not scrolled, the list keeps its
 * height, and scrolls. When the pointer leaves, this ends, and new items show at the top.
 */
export class SteadyInbox extends Component<HTMLAttributes<HTMLDivElement>> {
  private root: HTMLElement | null = null;
  /** What the pointer or a finger is on. Of a finger, `:hover` and `:active` come late. */
  private held: Node | null = null;

  override getSnapshotBeforeUpdate(): Before {
    // The cast: there is a change only while it is there.
    const root = this.root as HTMLElement;
    const list = listOf(root);
    // The cast: an element of the page is in one of the two. In a shadow root, the document does not know the focus.
    const { activeElement } = root.getRootNode() as Document | ShadowRoot;
    const items = itemsOf(root);
    const item =
      items.find((item) => item.contains(this.held)) ??
      items.find((item) => item.getBoundingClientRect().bottom > topOf(list));
    return {
      focused: root.contains(activeElement) && activeElement,
      ...{ root, list, item, top: topOf(item), height: list.clientHeight },
    };
  }

  override componentDidUpdate(_: unknown, __: unknown, before: Before) {
    const { root, list, focused, item, top, height } = before;
    if (focused && !focused.isConnected) focusItem(root, root.querySelector('[data-stop]'));
    if (!item?.isConnected || !(this.held || list.scrollTop)) return;
    const moved = topOf(item) - top;
    // A list that is scrolled has its greatest height already.
    if (moved > 0 && !list.scrollTop) list.style.height = `${height}px`;
    list.scrollTop += moved;
  }

  override render() {
    const hold = ({ target }: SyntheticEvent) => {
      // The cast: the pointer is on elements.
      this.held = target as Element;
    };
    const release = ({ currentTarget }: SyntheticEvent<HTMLElement>) => {
      const list = listOf(currentTarget);
      this.held = null;
      if (list.style.height) list.scrollTop = 0;
      list.style.height = '';
    };
    const setRoot = (root: HTMLElement | null) => {
      this.root = root;
    };
    return (
      // Not until the pointer is lifted: a finger leaves before its click.
      // biome-ignore lint/a11y/noStaticElementInteractions: it takes nothing but what comes from its items
      // biome-ignore lint/a11y/useKeyWithMouseEvents: the focus has a rule of its own
      <div
        {...this.props}
        className="belfry-inbox"
        tabIndex={-1}
        ref={setRoot}
        onMouseOver={hold}
        onTouchStart={hold}
        onMouseLeave={release}
      />
    );
  }
}

// The cast: every inbox has one.
const listOf = (root: HTMLElement) => root.querySelector('.belfry-scroll') as HTMLElement;

const topOf = (element: Element | undefined) => element?.getBoundingClientRect().top ?? 0;
