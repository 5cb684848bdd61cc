import { Component, createRef, type HTMLAttributes } from 'react';

/** The item that is to stay where it is, before a change. */
interface Before {
  item: Element | undefined;
  top: number;
  height: number;
}

/**
 * The part of the inbox that scrolls. The item under the pointer or a finger stays where it is when others come, so that
 * the next click never hits another one. So do the buttons below the list. Otherwise, in a list that was scrolled, the first
 * visible item stays. Browsers know only the last rule, and Safari none.
 *
 * To hold an item in a list that is not scrolled, the list keeps its height, and scrolls. When the pointer leaves, this
 * ends, and new items show at the top.
 */
export class SteadyScroll extends Component<HTMLAttributes<HTMLDivElement>> {
  private readonly root = createRef<HTMLDivElement>();
  /** What the pointer or a finger is on, in the inbox. Of a finger, `:hover` and `:active` come late. */
  private held: Node | null = null;

  override componentDidMount() {
    const inbox = this.root.current?.parentElement;
    // Not when the pointer leaves: a finger leaves before its click.
    for (const type of ['mouseover', 'touchstart', 'mouseleave']) inbox?.addEventListener(type, this);
  }

  handleEvent({ type, target }: Event) {
    // The cast: the pointer is on elements.
    this.held = type === 'mouseleave' ? null : (target as Element);
    this.release();
  }

  override getSnapshotBeforeUpdate(): Before {
    const { root, held } = this;
    const { scrollTop = 0, offsetHeight = 0 } = root.current ?? {};
    const items = [...(root.current?.querySelectorAll('.belfry-item') ?? [])];
    const isVisible = (item: Element) => topOf(item) + item.clientHeight > topOf(root.current);
    const item =
      items.find((item) => item.contains(held)) ?? (held || scrollTop ? items.find(isVisible) : undefined);
    return { item, top: topOf(item), height: offsetHeight };
  }

  override componentDidUpdate(_: unknown, __: unknown, { item, top, height }: Before) {
    const { current: root } = this.root;
    this.release();
    if (!root || !item?.isConnected) return;
    const moved = topOf(item) - top;
    // A list that is scrolled has its greatest height already.
    if (this.held && moved > 0 && !root.scrollTop) root.style.height = `${height}px`;
    root.scrollTop += moved;
  }

  private release() {
    const { current: root } = this.root;
    if (this.held || !root?.style.height) return;
    root.style.height = '';
    root.scrollTop = 0;
  }

  override render() {
    return <div {...this.props} ref={this.root} className="belfry-scroll" />;
  }
}

const topOf = (element?: Element | null) => element?.getBoundingClientRect().top ?? 0;
