import { createContext, type ReactNode, type RefObject, useContext, useLayoutEffect, useState } from 'react';
import { type Placement, placeBy } from './placement.ts';
import { triggerOf } from './use-disclosure.ts';

const PopoverContext = createContext<HTMLElement | null>(null);

/**
 * The open popover around the component, else null. Put menus and tooltips of your parts into it: the popover is in the
 * browser's top layer, and covers everything that is put into the body.
 *
 * @example
 * const container = usePortalContainer();
 * return createPortal(<Menu />, container ?? document.body);
 */
export function usePortalContainer(): HTMLElement | null {
  return useContext(PopoverContext);
}

interface PopoverProps {
  id: string;
  titleId: string;
  placement: Placement | undefined;
  /** The element with the button that the popover is placed at. */
  root: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** A non-modal dialog in the browser's top layer, where no ancestor can clip or cover it. */
export function Popover({ id, titleId, placement, root, children }: PopoverProps) {
  const [panel, setPanel] = useState<HTMLElement | null>(null);
  useTopLayer(panel, root, placement);
  return (
    <div ref={setPanel} id={id} className="belfry-popover" role="dialog" aria-labelledby={titleId}>
      <PopoverContext.Provider value={panel}>{children}</PopoverContext.Provider>
    </div>
  );
}

/**
 * Shows the panel in the browser's top layer, at the button in `root` that opens it.
 *
 * @param panel null until it is there
 */
export function useTopLayer(
  panel: HTMLElement | null,
  root: RefObject<HTMLElement | null>,
  placement?: Placement | undefined,
): void {
  useLayoutEffect(() => {
    if (!panel) return;
    // Browsers before 2024 and simulations of a browser have no top layer. There the dialog has a high z-index, and no
    // attribute that hides it.
    if (panel.showPopover) {
      panel.popover = 'manual';
      panel.showPopover();
    }
    const place = () => {
      const trigger = triggerOf(root);
      if (trigger) placeBy(trigger, panel, placement);
    };
    place();
    const controller = new AbortController();
    const { signal } = controller;
    panel.ownerDocument.defaultView?.addEventListener('resize', place, { signal });
    // In the capture phase, which also gets the scroll events of every element. They do not leave their shadow root.
    for (let node: Node | undefined = panel; node; node = (node as Partial<ShadowRoot>).host) {
      node = node.getRootNode();
      node.addEventListener('scroll', place, { signal, capture: true });
    }
    return () => controller.abort();
  }, [panel, root, placement]);
}
