/** A browser engine that the tests drive. */
export interface Engine {
  name: 'Chromium' | 'Firefox' | 'WebKit';
  /** How to get the engine. Undefined if it is installed. */
  missing: string | undefined;
  /** Starts the engine with an empty profile, on a machine that asks for this colour scheme. */
  start(colorScheme: ColorScheme): Promise<EngineBrowser>;
}

export type ColorScheme = 'light' | 'dark';

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface EngineBrowser extends AsyncDisposable {
  /** Opens a tab that shows this URL. All tabs share one profile. The new tab is in front. */
  open(url: string, viewport: Size): Promise<Tab>;
}

/** What a person and a test do in a tab. Disposing closes the tab. */
export interface Tab extends AsyncDisposable {
  /** Runs a function in the page, and waits for its promise. The function uses its arguments and the page, nothing else. */
  evaluate<Given extends unknown[], Answer>(
    run: (...given: Given) => Answer,
    ...given: Given
  ): Promise<Awaited<Answer>>;
  /** Presses keys one after the other, by the names of `KeyboardEvent.key`; `Shift+Tab` holds Shift. */
  press(...keys: string[]): Promise<void>;
  /** Moves the mouse there. Coordinates are CSS pixels in the viewport. */
  move(to: Point): Promise<void>;
  /** Moves the mouse there, and presses its first button. */
  click(at: Point): Promise<void>;
  /** Brings the tab to the front, as a click on its title does. */
  toFront(): Promise<void>;
}
