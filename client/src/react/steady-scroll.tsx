import { Component, createRef, type HTMLAttributes } from 'react';

/** Before a change: the item that is to stay where it is, then those above it. */
interface Before {
  /** Whether the pointer or a finger is on the list, or on a button below it. */
  isHeld: boolean;
  height: number;
  items: { item: Element; top: number }[];
}

/**
 * The part of the inbox that scrolls. While the pointer or a finger is on an item, that item stays where it is when others
 * come and go, so that the next click never hits another one. Otherwise, in a list that was scrolled, the first visible
 * item stays. Browsers know only the second rule, and Safari none. A button below the list is held like an item.
 *
 * To hold an item in a list that cannot scroll so far, the list keeps its height, and gets space at its top for items that
 * were removed. When the pointer leaves, this ends, and new items show at the top.
 */
export class SteadyScroll extends Component<HTMLAttributes<HTMLDivElement>> {
  private readonly root = createRef<HTMLDivElement>();
  private wasAtTop = false;
  /** What a finger is on. Browsers say so by `:active` late, and by `:hover` after the press. */
  private touched: Node | null = null;

  override getSnapshotBeforeUpdate(): Before | null {
    const { current: root } = this.root;
    if (!root) return null;
    const all = [...root.querySelectorAll('.belfry-item')];
    // It holds nothing any more after it has done its work and is gone.
    const button = all[0] && root.parentElement?.querySelector('.belfry-scroll~* button:is(:hover,:active)');
    const items = (button ? [button] : all).map((item) => {
      const { top, bottom } = item.getBoundingClientRect();
      return { item, top, bottom };
    });
    const held = items.findIndex(({ item }) => item.matches(':hover,:active') || item.contains(this.touched));
    const isHeld = held >= 0 || root.matches(':hover,:active');
    const { top } = root.getBoundingClientRect();
    const steady =
      held < 0 && (isHeld || root.scrollTop) ? items.findIndex(({ bottom }) => bottom > top) : held;
    return { isHeld, height: root.offsetHeight, items: items.slice(0, steady + 1).reverse() };
  }

  override componentDidUpdate(_: unknown, __: unknown, before: Before | null) {
    const { current: root } = this.root;
    if (!root || !before) return;
    if (!before.isHeld) this.release();
    // An item that was removed gives its place to the next one. Then the one above it stays.
    const steady = before.items.find(({ item }) => item.isConnected);
    const moved = () => (steady ? steady.item.getBoundingClientRect().top - steady.top : 0);
    if (!moved()) return;
    if (before.isHeld) {
      this.wasAtTop ||= !root.scrollTop;
      root.style.height = `${before.height}px`;
    }
    root.scrollTop += moved();
    const missing = -moved();
    if (before.isHeld && missing > 0) {
      root.style.paddingTop = `${Number.parseFloat(getComputedStyle(root).paddingTop) + missing}px`;
    }
  }

  private readonly release = () => {
    const { current: root } = this.root;
    if (!root?.style.height) return;
    root.style.height = root.style.paddingTop = '';
    if (this.wasAtTop) root.scrollTop = 0;
    this.wasAtTop = false;
  };

  override render() {
    // Not the pointer event for the release: a finger leaves before its click.
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: what a pointer leaves needs no role
      <div
        {...this.props}
        ref={this.root}
        className="belfry-scroll"
        onTouchStart={({ target }) => {
          // The cast: touches go to elements.
          this.touched = target as Element;
        }}
        onPointerLeave={() => {
          this.touched = null;
        }}
        onMouseLeave={this.release}
      />
    );
  }
}
